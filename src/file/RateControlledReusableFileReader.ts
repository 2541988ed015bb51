// SPDX-License-Identifier: Apache-2.0
import { Carousel, type CarouselOf } from "../chassis/index.ts";
import type { ByteRateOptions } from "../util/index.ts";
import type { PromptedFileReaderOptions } from "./PromptedFileReader.ts";
import { RateControlledFileReader } from "./RateControlledFileReader.ts";
import type { Piece } from "./reading.ts";

/** A file, and the rate at which it is to be read. */
export type RatedFile = readonly [filename: string, rate: ByteRateOptions];

/**
 * Reads one file after the other, each at a rate of its own; see {@link RateControlledFileReader}. Files and rates come to "next"; at the end of a file it
 * asks for another one on requestNext. A file that cannot be read is a failure.
 *
 * @example
 * const files = ForwardIteratingChooser<RatedFile>([["words.txt", { rate: 1000 }], ["words.txt", { rate: 2000 }]]);
 * await Pipeline(JoinChooserToCarousel(files, RateControlledReusableFileReader()), ConsoleEchoer()).run(); // alpha beta gamma alpha beta gamma
 */
export function RateControlledReusableFileReader(
  options?: PromptedFileReaderOptions<"bytes">,
): CarouselOf<RatedFile, {}, { outbox: Uint8Array }>;
export function RateControlledReusableFileReader(
  options: PromptedFileReaderOptions<"lines">,
): CarouselOf<RatedFile, {}, { outbox: string }>;
export function RateControlledReusableFileReader(options: PromptedFileReaderOptions = {}): CarouselOf<RatedFile, {}, { outbox: Piece }> {
  return Carousel(([filename, rate]: RatedFile) => RateControlledFileReader(filename, { ...options, ...rate }));
}

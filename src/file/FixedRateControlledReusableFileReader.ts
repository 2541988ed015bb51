// SPDX-License-Identifier: Apache-2.0
import { Carousel, type CarouselOf } from "../chassis/index.ts";
import { RateControlledFileReader, type RateControlledFileReaderOptions } from "./RateControlledFileReader.ts";
import type { Piece } from "./reading.ts";

/**
 * Reads one file after the other, all at the same rate; see {@link RateControlledFileReader}. Their names come to "next"; at the end of a file it asks for
 * another one on requestNext. A file that cannot be read is a failure.
 *
 * @example
 * const reader = FixedRateControlledReusableFileReader({ readMode: "lines", rate: 100, chunkSize: 1 });
 * const files = ForwardIteratingChooser(["words.txt", "words.txt"]);
 * await Pipeline(JoinChooserToCarousel(files, reader), ConsoleEchoer()).run(); // alpha beta gamma alpha beta gamma
 */
export function FixedRateControlledReusableFileReader(
  options?: RateControlledFileReaderOptions<"bytes">,
): CarouselOf<string, {}, { outbox: Uint8Array }>;
export function FixedRateControlledReusableFileReader(
  options: RateControlledFileReaderOptions<"lines">,
): CarouselOf<string, {}, { outbox: string }>;
export function FixedRateControlledReusableFileReader(
  options: RateControlledFileReaderOptions = {},
): CarouselOf<string, {}, { outbox: Piece }> {
  return Carousel((filename: string) => RateControlledFileReader(filename, options));
}

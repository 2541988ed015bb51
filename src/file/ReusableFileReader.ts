// SPDX-License-Identifier: Apache-2.0
import { Carousel, type CarouselOf } from "../chassis/index.ts";
import { PromptedFileReader, type PromptedFileReaderOptions } from "./PromptedFileReader.ts";
import type { Piece } from "./reading.ts";

/**
 * Reads one file after the other: each name that comes to "next" is the next file, from which it reads what it is asked for; see {@link PromptedFileReader}.
 * At the end of a file it asks for another one on requestNext. A file that cannot be read is a failure.
 *
 * @example
 * const files = JoinChooserToCarousel(ForwardIteratingChooser(["words.txt", "scores.txt"]), ReusableFileReader());
 * await Pipeline(Feed([6, 100, 6]), files, ConsoleEchoer()).run(); // alpha beta gamma …
 */
export function ReusableFileReader(
  options?: PromptedFileReaderOptions<"bytes">,
): CarouselOf<string, { inbox: number }, { outbox: Uint8Array }>;
export function ReusableFileReader(options: PromptedFileReaderOptions<"lines">): CarouselOf<string, { inbox: number }, { outbox: string }>;
export function ReusableFileReader(options: PromptedFileReaderOptions = {}): CarouselOf<string, { inbox: number }, { outbox: Piece }> {
  return Carousel((filename: string) => PromptedFileReader(filename, options));
}

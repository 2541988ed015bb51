// SPDX-License-Identifier: Apache-2.0
import type { Component, Shutdown } from "../axon/index.ts";
import { Graphline } from "../chassis/index.ts";
import { type ByteRateOptions, ByteRate_RequestControl } from "../util/index.ts";
import type { FileError } from "./FileError.ts";
import { PromptedFileReader, type PromptedFileReaderOptions } from "./PromptedFileReader.ts";
import type { Piece, ReadMode } from "./reading.ts";

/** What to read, and how fast: so many bytes, or lines, per second. */
export interface RateControlledFileReaderOptions<M extends ReadMode = ReadMode> extends PromptedFileReaderOptions<M>, ByteRateOptions {}

/** The datasheet of a {@link RateControlledFileReader}. */
export type RateControlledReader<T> = Component<{ control: Shutdown }, { outbox: T; error: FileError; signal: Shutdown }>;

/**
 * Reads a file to its end at a fixed rate: a {@link PromptedFileReader} that a ByteRate_RequestControl asks.
 *
 * @throws RangeError for a rate or chunk that is not above 0, and when both chunkSize and chunkRate are given
 * @example
 * await Pipeline(RateControlledFileReader("words.txt", { readMode: "lines", rate: 50, chunkSize: 1 }), ConsoleEchoer()).run(); // alpha beta gamma
 */
export function RateControlledFileReader(
  filename: string,
  options?: RateControlledFileReaderOptions<"bytes">,
): RateControlledReader<Uint8Array>;
export function RateControlledFileReader(filename: string, options: RateControlledFileReaderOptions<"lines">): RateControlledReader<string>;
export function RateControlledFileReader(filename: string, options: RateControlledFileReaderOptions): RateControlledReader<Piece>;
export function RateControlledFileReader(
  filename: string,
  { readMode = "bytes", ...rate }: RateControlledFileReaderOptions = {},
): RateControlledReader<Piece> {
  return Graphline({
    components: { CONTROL: ByteRate_RequestControl(rate), READER: PromptedFileReader(filename, { readMode }) },
    linkages: {
      "CONTROL.outbox": "READER.inbox",
      "READER.outbox": "self.outbox",
      "READER.error": "self.error",
      "self.control": "READER.control",
      "READER.signal": "CONTROL.control",
      "CONTROL.signal": "self.signal",
    },
  });
}

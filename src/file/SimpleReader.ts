// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, open } from "node:fs/promises";
import { type AnyComponent, type Component, component, type Main, type Outbox, settled } from "../axon/index.ts";
import { minding } from "./faults.ts";
import type { FileError } from "./FileError.ts";
import { opened } from "./opened.ts";
import { BLOCK, checkMode, checkSize, Lines, type Piece, readBlock, type ReadMode } from "./reading.ts";

/** How to read a file. */
export interface SimpleReaderOptions<M extends ReadMode = ReadMode> {
  /** What is sent: "lines" of text (UTF-8), each with its end, or blocks of "bytes". Default "lines". */
  readonly readMode?: M;
  /** Bytes that are read at once, which is what "bytes" sends. Default 65,536. */
  readonly chunkSize?: number;
}

/**
 * Reads a file to its end, as fast as what it sends is taken: line by line, or in blocks of bytes. It reads one block ahead, and no further.
 * Told to stop, it stops; producerFinished is no different, for there is always more.
 *
 * A file that cannot be read is a {@link FileError} on "error", after which the reader ends; if "error" is not linked, the reader fails with it.
 *
 * @throws RangeError for a chunk size that is not a whole number above 0
 * @example
 * await Pipeline(SimpleReader("words.txt"), ConsoleEchoer()).run(); // alpha beta gamma
 * await Pipeline(SimpleReader("words.txt", { readMode: "bytes" }), SimpleFileWriter("copy.txt")).run();
 */
export function SimpleReader(filename: string, options?: SimpleReaderOptions<"lines">): Component<{}, { outbox: string; error: FileError }>;
export function SimpleReader(
  filename: string,
  options: SimpleReaderOptions<"bytes">,
): Component<{}, { outbox: Uint8Array; error: FileError }>;
export function SimpleReader(
  filename: string,
  { readMode = "lines", chunkSize = BLOCK }: SimpleReaderOptions = {},
): Component<{}, { outbox: Piece; error: FileError }> {
  checkMode(`read ${filename}`, readMode);
  checkSize(`read ${filename}`, chunkSize);
  return component(SimpleReader, {
    outboxes: { outbox: "the lines, or the blocks", error: "why it cannot be read" },
    *main(_, { outbox, error }, self) {
      const send = readMode === "lines" ? sendLines : sendBlocks;
      yield* minding(
        self,
        error,
        ["read", filename],
        opened(open(filename), (file) => send(file, chunkSize, outbox, self)),
      );
    },
  });
}

function* sendBlocks(file: FileHandle, size: number, outbox: Outbox<Piece>, self: AnyComponent): Main {
  let next = readBlock(file, size);
  for (;;) {
    const block = yield* settled(next);
    if (block.length === 0 || self.shutdown !== undefined) return;
    next = ahead(file, size);
    outbox.send(block);
  }
}

function* sendLines(file: FileHandle, size: number, outbox: Outbox<Piece>, self: AnyComponent): Main {
  const lines = new Lines();
  let next = readBlock(file, size);
  for (;;) {
    const block = yield* settled(next);
    const isOver = block.length === 0;
    if (!isOver) next = ahead(file, size);
    for (const line of isOver ? lines.end() : lines.add(block)) {
      if (self.shutdown !== undefined) return;
      outbox.send(line);
      if (outbox.full) yield;
    }
    if (isOver) return;
  }
}

/** The next block, while others work on the one before. If it cannot be read, that is told when it is its turn. */
function ahead(file: FileHandle, size: number): Promise<Uint8Array> {
  const next = readBlock(file, size);
  next.catch(() => {});
  return next;
}

// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, open } from "node:fs/promises";
import { type Component, component, settled } from "../axon/index.ts";
import { minding } from "./faults.ts";
import type { FileError } from "./FileError.ts";
import { opened } from "./opened.ts";
import { BLOCK, checkMode, Lines, type Piece, readBlock, readFully, type ReadMode } from "./reading.ts";

/** How to read when asked. */
export interface PromptedFileReaderOptions<M extends ReadMode = ReadMode> {
  /** Whether "bytes" or "lines" of text (UTF-8) are asked for. Default "bytes". */
  readonly readMode?: M;
}

/**
 * Reads from a file what it is asked for: each number that comes is answered with so many bytes, or so many lines in one text, with their ends.
 * The last answer may be shorter. When all of the file has been sent, it ends.
 *
 * A file that cannot be read is a {@link FileError} on "error", after which the reader ends; if "error" is not linked, the reader fails with it. It also
 * fails, with a RangeError, when it is asked for what is not a whole number.
 *
 * @example
 * await Pipeline(Feed([9, 2]), PromptedFileReader("words.txt"), ConsoleEchoer()).run(); // alpha bet a
 */
export function PromptedFileReader(
  filename: string,
  options?: PromptedFileReaderOptions<"bytes">,
): Component<{ inbox: number }, { outbox: Uint8Array; error: FileError }>;
export function PromptedFileReader(
  filename: string,
  options: PromptedFileReaderOptions<"lines">,
): Component<{ inbox: number }, { outbox: string; error: FileError }>;
export function PromptedFileReader(
  filename: string,
  options: PromptedFileReaderOptions,
): Component<{ inbox: number }, { outbox: Piece; error: FileError }>;
export function PromptedFileReader(
  filename: string,
  { readMode = "bytes" }: PromptedFileReaderOptions = {},
): Component<{ inbox: number }, { outbox: Piece; error: FileError }> {
  checkMode(`read ${filename}`, readMode);
  return component(PromptedFileReader, {
    inboxes: { inbox: "how many bytes or lines to read" },
    outboxes: { outbox: "that many, in one piece", error: "why it cannot be read" },
    *main({ inbox }, { outbox, error }, self) {
      const answers = opened(open(filename), function* (file) {
        const source: Source = readMode === "bytes" ? new ByteSource(file) : new LineSource(file);
        while (!source.isOver && (yield inbox)) {
          const piece = yield* settled(source.take(checked(inbox.recv(), readMode, filename)));
          if (piece.length > 0) outbox.send(piece);
        }
      });
      yield* minding(self, error, ["read", filename], answers);
    },
  });
}

function checked(count: number, readMode: ReadMode, filename: string): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new RangeError(`Cannot read ${String(count)} ${readMode} of ${filename}: give a whole number, 0 or more`);
}

/** Gives as much as it is asked for. */
interface Source {
  readonly isOver: boolean;
  take(count: number): Promise<Piece>;
}

class ByteSource implements Source {
  isOver = false;
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async take(count: number): Promise<Uint8Array> {
    const bytes = await readFully(this.#file, count);
    this.isOver = bytes.length < count;
    return bytes;
  }
}

class LineSource implements Source {
  readonly #file: FileHandle;
  readonly #lines = new Lines();
  #read: string[] = [];
  /** How many of them have been taken. */
  #taken = 0;
  #isRead = false;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  get isOver(): boolean {
    return this.#isRead && this.#taken === this.#read.length;
  }

  async take(count: number): Promise<string> {
    while (this.#read.length - this.#taken < count && !this.#isRead) {
      const block = await readBlock(this.#file, BLOCK);
      this.#isRead = block.length === 0;
      this.#read.splice(0, this.#taken);
      this.#taken = 0;
      for (const line of this.#isRead ? this.#lines.end() : this.#lines.add(block)) this.#read.push(line);
    }
    const lines = this.#read.slice(this.#taken, this.#taken + count);
    this.#taken += lines.length;
    return lines.join("");
  }
}

// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, open, stat } from "node:fs/promises";
import { type AnyComponent, type Component, component, type Main, type Outbox, settled, sleep } from "../axon/index.ts";
import { isSystemError, minding } from "./faults.ts";
import type { FileError } from "./FileError.ts";
import { opened, type Work } from "./opened.ts";
import { BLOCK, checkMode, checkWord, Lines, type Piece, readBlock, type ReadMode } from "./reading.ts";

/** How to follow a file. */
export interface FollowingFileReaderOptions<M extends ReadMode = ReadMode> {
  /** What is sent: "lines" of text (UTF-8), each with its end, or "bytes". Default "lines". */
  readonly readMode?: M;
  /** Where to begin: at the "start" of the file, or at its "end", with what is added from now on. Default "end". */
  readonly from?: "start" | "end";
  /** Milliseconds between two looks at the file. Default 250. */
  readonly every?: number;
  /** Wait for a file that is not there yet. Default false: that is an error. */
  readonly wait?: boolean;
}

/**
 * Sends what is added to a file, for as long as it is not told to stop, like `tail -F`. A line is sent when it is complete.
 *
 * When the file is replaced by another one (rotated), the old one is read to its end, then the new one from its start. While there is none, it waits for one.
 * When the file becomes shorter, it is read from its start again; this cannot be seen if it has grown beyond its old size before the next look.
 * producerFinished: all that is in the file by then is sent, also a last line without an end, then it ends.
 *
 * A file that cannot be read is a {@link FileError} on "error", after which the reader ends; if "error" is not linked, the reader fails with it.
 *
 * @throws RangeError for a time that is not above 0, and any other mode or place to begin
 * @example
 * // until it is stopped
 * await Pipeline(FollowingFileReader("/var/log/syslog"), ConsoleEchoer()).run();
 */
export function FollowingFileReader(
  filename: string,
  options?: FollowingFileReaderOptions<"lines">,
): Component<{}, { outbox: string; error: FileError }>;
export function FollowingFileReader(
  filename: string,
  options: FollowingFileReaderOptions<"bytes">,
): Component<{}, { outbox: Uint8Array; error: FileError }>;
export function FollowingFileReader(
  filename: string,
  { readMode = "lines", from = "end", every = 250, wait = false }: FollowingFileReaderOptions = {},
): Component<{}, { outbox: Piece; error: FileError }> {
  checkMode(`follow ${filename}`, readMode);
  checkWord(`follow ${filename} from its`, from, ["start", "end"]);
  if (!(every > 0)) throw new RangeError(`Cannot follow ${filename} every ${every} ms: give more than 0`);
  return component(FollowingFileReader, {
    outboxes: { outbox: "the lines, or the bytes", error: "why it cannot be read" },
    *main(_, { outbox, error }, self) {
      const sink = readMode === "lines" ? new LineSink(outbox, self) : new ByteSink(outbox);
      yield* minding(self, error, ["follow", filename], followAll({ filename, every, sink, self }, from, wait));
    },
  });
}

/** What it takes to follow a file. */
interface Pursuit {
  readonly filename: string;
  readonly every: number;
  readonly sink: ByteSink | LineSink;
  readonly self: AnyComponent;
}

/** Follows one file of this name after the other. */
function* followAll(pursuit: Pursuit, from: "start" | "end", wait: boolean): Main {
  const { filename, every, sink, self } = pursuit;
  let isExpected = !wait;
  let begin = from;
  let isReplaced = false;
  do {
    try {
      isReplaced = yield* opened(open(filename), (file) => follow(file, pursuit, begin));
    } catch (error) {
      if (isExpected || !isMissing(error)) throw error;
      if (!(yield sleep(every))) return;
      begin = "start";
      continue;
    }
    if (self.toldToStop) return;
    yield* sink.end();
    begin = "start";
    isExpected = false;
  } while (isReplaced || self.shutdown === undefined);
}

/** Follows a file until another one has taken its name, or it is to end. Answers whether there is another one. */
function* follow(file: FileHandle, pursuit: Pursuit, from: "start" | "end"): Work<boolean> {
  const { filename, every, sink, self } = pursuit;
  let position = from === "end" ? (yield* settled(file.stat())).size : 0;
  for (;;) {
    const isToEnd = self.shutdown !== undefined;
    const isReplaced = yield* settled(isAnother(file, filename));
    const { size } = yield* settled(file.stat());
    if (size < position) {
      yield* sink.end();
      position = 0;
    }
    position = yield* sendFrom(position, file, pursuit); // also what was added before another one took its place
    if (isReplaced || isToEnd || self.toldToStop) return isReplaced;
    yield sleep(every);
  }
}

/** Sends what is in a file from there on; when it is to end, no more than there is by then, however fast it grows. Answers where it came to. */
function* sendFrom(start: number, file: FileHandle, { sink, self }: Pursuit): Work<number> {
  let position = start;
  for (let end = Infinity; position < end && !self.toldToStop;) {
    if (end === Infinity && self.shutdown !== undefined) end = (yield* settled(file.stat())).size;
    const block = yield* settled(readBlock(file, BLOCK, position));
    if (block.length === 0) break;
    position += block.length;
    yield* sink.send(block);
  }
  return position;
}

/** Whether the name is that of another file now. */
async function isAnother(file: FileHandle, filename: string): Promise<boolean> {
  const mine = await file.stat();
  try {
    const { ino, dev } = await stat(filename);
    return ino !== mine.ino || dev !== mine.dev;
  } catch (error) {
    if (isMissing(error)) return false; // whoever writes may go on writing to it until there is another one
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return isSystemError(error) && error.code === "ENOENT";
}

class ByteSink {
  readonly #outbox: Outbox<Piece>;

  constructor(outbox: Outbox<Piece>) {
    this.#outbox = outbox;
  }

  *send(block: Uint8Array): Main {
    this.#outbox.send(block);
    if (this.#outbox.full) yield;
  }

  *end(): Main {}
}

class LineSink {
  readonly #outbox: Outbox<Piece>;
  readonly #self: AnyComponent;
  #lines = new Lines();

  constructor(outbox: Outbox<Piece>, self: AnyComponent) {
    this.#outbox = outbox;
    this.#self = self;
  }

  *send(block: Uint8Array): Main {
    yield* this.#sendAll(this.#lines.add(block));
  }

  *end(): Main {
    yield* this.#sendAll(this.#lines.end());
    this.#lines = new Lines();
  }

  *#sendAll(lines: readonly string[]): Main {
    for (const line of lines) {
      this.#outbox.send(line);
      if (this.#outbox.full) yield;
      if (this.#self.toldToStop) return;
    }
  }
}

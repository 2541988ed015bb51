// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { anyOf, type Clock, type Component, component, type Inbox, type Main, settled, sleep } from "../axon/index.ts";
import { minding } from "./faults.ts";
import type { FileError } from "./FileError.ts";
import { completed, opened, type Work } from "./opened.ts";
import { type Data, lengthOf, writeAll } from "./writing.ts";

/** When to begin a new file. */
export interface RotatingFileWriterOptions {
  /** Bytes that a file holds at most, unless a single message is longer. Default: no limit. */
  readonly size?: number;
  /** Milliseconds after which a file that is not empty is set aside. Default: never. */
  readonly every?: number;
  /** How many files that were set aside are kept. Default: all. */
  readonly keep?: number;
}

/**
 * Adds what comes to a file, and sets the file aside when it is large or old enough: as `name.1`, then `name.2` … the highest number is the latest. The
 * name of each file that was set aside is sent: it is complete, and stays what it is called. A message is never divided between two files.
 *
 * When a file cannot be written to, what came before is in it; the fault is a {@link FileError} on "error", after which the writer ends; if "error" is not
 * linked, the writer fails with it.
 *
 * @throws RangeError when neither size nor time is given, or one of them is not above 0, or `keep` is not a whole number above 0
 * @example
 * const words = ["one ", "two ", "three ", "four "];
 * await Pipeline(Feed(words), RotatingFileWriter("access.log", { size: 10 }), ConsoleEchoer({ useRepr: true })).run(); // access.log.1 access.log.2 access.log.3
 */
export function RotatingFileWriter(
  filename: string,
  { size = Infinity, every = Infinity, keep = Infinity }: RotatingFileWriterOptions,
): Component<{ inbox: Data }, { outbox: string; error: FileError }> {
  if (!(size > 0 && every > 0 && Math.min(size, every) < Infinity))
    throw new RangeError(`Cannot rotate ${filename} at ${size} bytes or after ${every} ms: give one of them, above 0`);
  if (!(keep >= 1 && (Number.isSafeInteger(keep) || keep === Infinity)))
    throw new RangeError(`Cannot keep ${keep} old files of ${filename}: give a whole number, 1 or more`);
  return component(RotatingFileWriter, {
    inboxes: { inbox: "what to write" },
    outboxes: { outbox: "names of files that are complete", error: "why it cannot be written" },
    *main({ inbox }, { outbox, error }, self) {
      yield* minding(self, error, ["write", filename], writeFiles());

      function* writeFiles(): Main {
        for (;;) {
          const isFull = yield* opened(open(filename, "a"), (file) => fill(file, inbox, self.system.clock, size, every));
          if (!isFull) return;
          outbox.send(yield* completed(setAside(filename, keep)));
        }
      }
    },
  });
}

/** Writes until the file is large or old enough: answers true; or until there is no more: false. */
function* fill(file: FileHandle, inbox: Inbox<Data>, clock: Clock, limit: number, every: number): Work<boolean> {
  let { size } = yield* settled(file.stat());
  let due = clock.now() + every;
  for (;;) {
    if (!(yield size > 0 ? anyOf(inbox, sleep(Math.max(0, due - clock.now()))) : inbox)) return false;
    if (size > 0 && clock.now() >= due) return true;
    if (size === 0) due = clock.now() + every;
    const pieces: Data[] = [];
    while (inbox.length > 0) {
      const length = lengthOf(inbox.peekNext());
      if (size > 0 && size + length > limit) break;
      size += length;
      pieces.push(inbox.recv());
    }
    yield* settled(writeAll(file, pieces));
    if (inbox.length > 0 && pieces.length === 0) return true;
  }
}

/** Gives the file the next number, and removes those that are too old. Answers its new name. */
async function setAside(filename: string, keep: number): Promise<string> {
  const folder = dirname(filename);
  const prefix = `${basename(filename)}.`;
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix) && /^[1-9]\d*$/.test(name.slice(prefix.length)));
  const numbers = names.map((name) => Number(name.slice(prefix.length)));
  const number = Math.max(0, ...numbers) + 1;
  const name = join(folder, `${prefix}${number}`);
  await rename(filename, name);
  for (const old of numbers) if (old <= number - keep) await rm(join(folder, `${prefix}${old}`), { force: true });
  return name;
}

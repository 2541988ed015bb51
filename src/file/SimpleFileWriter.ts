// SPDX-License-Identifier: Apache-2.0
import { open } from "node:fs/promises";
import { type Component, component, settled } from "../axon/index.ts";
import { minding } from "./faults.ts";
import type { FileError } from "./FileError.ts";
import { opened } from "./opened.ts";
import { type Data, pour } from "./writing.ts";

/** How to write a file. */
export interface SimpleFileWriterOptions {
  /** "create" makes the file, or empties it; "append" makes it, or adds to it; "exclusive" makes it, and fails if it exists. Default "create". */
  readonly mode?: keyof typeof FLAGS;
  /** Ends only when the disk itself has all of it, not just the operating system. Default false. */
  readonly sync?: boolean;
}

const FLAGS = { create: "w", append: "a", exclusive: "wx" } as const;

/**
 * Writes what comes into a file: bytes as they are, text as UTF-8. It has ended when all is written and the file is closed. What comes faster than it can be
 * written holds whoever sends it. shutdownMicroprocess: what waits is not written any more.
 *
 * When the file cannot be written to, what came before is in it; the fault is a {@link FileError} on "error", after which the writer ends; if "error" is not
 * linked, the writer fails with it.
 *
 * @throws RangeError for any other mode
 * @example
 * await Pipeline(Feed(["one ", "two"]), SimpleFileWriter("words.txt")).run();
 * await readFile("words.txt", "utf8"); // one two
 */
export function SimpleFileWriter(
  filename: string,
  { mode = "create", sync = false }: SimpleFileWriterOptions = {},
): Component<{ inbox: Data }, { error: FileError }> {
  if (!Object.hasOwn(FLAGS, mode))
    throw new RangeError(`Cannot write ${filename} in mode "${mode}": give "create", "append" or "exclusive"`);
  return component(SimpleFileWriter, {
    inboxes: { inbox: "what to write" },
    outboxes: { error: "why it cannot be written" },
    *main({ inbox }, { error }, self) {
      const writing = opened(open(filename, FLAGS[mode]), function* (file) {
        yield* pour(inbox, file);
        if (sync && !self.toldToStop) yield* settled(file.sync());
      });
      yield* minding(self, error, ["write", filename], writing);
    },
  });
}

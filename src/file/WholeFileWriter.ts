// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { asFileError, tell } from "./faults.ts";
import type { FileError } from "./FileError.ts";
import { completed } from "./opened.ts";
import { replace } from "./replacing.ts";
import type { Data } from "./writing.ts";

/** How to write whole files. */
export interface WholeFileWriterOptions {
  /** The disk itself has all of a file before the file takes the place of an old one, so that a power failure spoils neither. Default true. */
  readonly sync?: boolean;
}

/**
 * Writes whole files: each message is the name of a file and what is to be in it; the name is sent when the file is there. A file that exists is replaced at
 * once, so that nobody ever sees half of it.
 *
 * A file that cannot be written is a {@link FileError} on "error", and the next one is written; if "error" is not linked, the writer fails with it.
 *
 * @example
 * const files = [["a.txt", "one"], ["b.txt", "two"]] as const;
 * await Pipeline(Feed(files), WholeFileWriter(), ConsoleEchoer({ useRepr: true })).run(); // a.txt b.txt
 */
export function WholeFileWriter({ sync = true }: WholeFileWriterOptions = {}): Component<
  { inbox: readonly [filename: string, data: Data] },
  { outbox: string; error: FileError }
> {
  return component(WholeFileWriter, {
    inboxes: { inbox: "the name of a file, and what is to be in it" },
    outboxes: { outbox: "its name, when it is written", error: "why it cannot be written" },
    *main({ inbox }, { outbox, error }) {
      while (yield inbox) {
        const [filename, data] = inbox.recv();
        try {
          yield* completed(replace(filename, data, sync));
          outbox.send(filename);
        } catch (cause) {
          tell(error, asFileError(["write", filename], cause));
        }
      }
    },
  });
}

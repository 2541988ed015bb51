// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { minding } from "./faults.ts";
import { FileError } from "./FileError.ts";
import { replacing } from "./replacing.ts";
import { type Data, pour } from "./writing.ts";

/** How to replace a file. */
export interface AtomicFileWriterOptions {
  /** The disk itself has all of it before it takes the place of the old one, so that a power failure spoils neither. Default true. */
  readonly sync?: boolean;
}

/**
 * Writes a new version of a file, which takes the place of the old one, with the same permissions, when all of it is there: on producerFinished. Nobody ever sees
 * half of it. The old one stays if this is stopped or fails, and also if the data end with an error, as a reader's do that could not go on
 * (producerFinished with an Error as its message). Until then the new one is a hidden file in the same directory.
 *
 * When it cannot be written, the fault is a {@link FileError} on "error", after which the writer ends; if "error" is not linked, the writer fails with it.
 *
 * @example
 * await Pipeline(Feed(["kamaelia: 1"]), AtomicFileWriter("scores.txt")).run();
 * await readFile("scores.txt", "utf8"); // kamaelia: 1
 */
export function AtomicFileWriter(
  filename: string,
  { sync = true }: AtomicFileWriterOptions = {},
): Component<{ inbox: Data }, { error: FileError }> {
  return component(AtomicFileWriter, {
    inboxes: { inbox: "what is to be in the file" },
    outboxes: { error: "why it cannot be replaced" },
    *main({ inbox }, { error }, self) {
      const work = replacing(filename, sync, function* (file) {
        yield* pour(inbox, file);
        const cause = self.shutdown?.message;
        if (!(cause instanceof Error)) return !self.toldToStop;
        if (self.toldToStop) return false;
        throw new FileError("replace", filename, { code: "ECANCELED", message: `the data are not complete: ${cause.message}`, cause });
      });
      yield* minding(self, error, ["replace", filename], work);
    },
  });
}

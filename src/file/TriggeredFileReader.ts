// SPDX-License-Identifier: Apache-2.0
import { open } from "node:fs/promises";
import { type Component, component, settled } from "../axon/index.ts";
import { asFileError, tell } from "./faults.ts";
import type { FileError } from "./FileError.ts";
import { opened, type Work } from "./opened.ts";
import { checkWord } from "./reading.ts";

/** How to read whole files. */
export interface TriggeredFileReaderOptions<M extends "bytes" | "text" = "bytes" | "text"> {
  /** Whether a file is sent as "bytes", or as "text" (UTF-8). Default "bytes". */
  readonly readMode?: M;
}

/**
 * Reads whole files: each name that comes is answered with all that is in that file, one after the other.
 *
 * A file that cannot be read, or is too large for one message (more than 2 GiB, or as text some 500 million characters), is a {@link FileError} on "error",
 * and the next one is read; if "error" is not linked, the reader fails with it.
 *
 * @throws RangeError for any other mode
 * @example
 * await Pipeline(Feed(["words.txt", "scores.txt"]), TriggeredFileReader(), ConsoleEchoer()).run(); // alpha beta gamma alpha beta gamma
 */
export function TriggeredFileReader(
  options?: TriggeredFileReaderOptions<"bytes">,
): Component<{ inbox: string }, { outbox: Uint8Array; error: FileError }>;
export function TriggeredFileReader(
  options: TriggeredFileReaderOptions<"text">,
): Component<{ inbox: string }, { outbox: string; error: FileError }>;
export function TriggeredFileReader({ readMode = "bytes" }: TriggeredFileReaderOptions = {}): Component<
  { inbox: string },
  { outbox: Uint8Array | string; error: FileError }
> {
  checkWord("read whole files in", readMode, ["bytes", "text"]);
  return component(TriggeredFileReader, {
    inboxes: { inbox: "names of files" },
    outboxes: { outbox: "what is in them", error: "why one cannot be read" },
    *main({ inbox }, { outbox, error }) {
      while (yield inbox) {
        const filename = inbox.recv();
        try {
          const bytes = yield* wholeFile(filename);
          outbox.send(readMode === "text" ? bytes.toString("utf8") : bytes);
        } catch (cause) {
          tell(error, asFileError(["read", filename], cause));
        }
      }
    },
  });
}

function* wholeFile(filename: string): Work<Buffer> {
  return yield* opened(open(filename), function* (file) {
    const stop = new AbortController();
    try {
      return yield* settled(file.readFile({ signal: stop.signal }));
    } finally {
      stop.abort();
    }
  });
}

// SPDX-License-Identifier: Apache-2.0
import { open } from "node:fs/promises";
import { type Component, component, type Main, type Outbox, settled } from "../axon/index.ts";
import { minding } from "./faults.ts";
import type { FileError } from "./FileError.ts";
import { opened } from "./opened.ts";
import { type Data, pour, record, writeAll } from "./writing.ts";

/** How to add to a file. */
export interface AppendOptions {
  /** Send each message on when it is written. Default true. */
  readonly forwarder?: boolean;
  /** Empty the file at the start. Default false. */
  readonly blatFile?: boolean;
  /** Keep the file open. Otherwise it is opened for whatever waits at a time, so that others may move it away meanwhile. Default true. */
  readonly holdOpen?: boolean;
}

/**
 * Adds what comes to the end of a file, and sends it on: a record of what passes. A file that is not there is made.
 *
 * When the file cannot be written to, what came before is in it; the fault is a {@link FileError} on "error", after which it ends; if "error" is not
 * linked, it fails with it.
 *
 * @example
 * await Pipeline(ConsoleReader(), Append("typed.log"), ConsoleEchoer()).run(); // alpha beta gamma
 */
export function Append<T extends Data = Data>(
  filename: string,
  { forwarder = true, blatFile = false, holdOpen = true }: AppendOptions = {},
): Component<{ inbox: T }, { outbox: T; error: FileError }> {
  return component(Append, {
    inboxes: { inbox: "what to add" },
    outboxes: { outbox: "the same, if it is a forwarder", error: "why it cannot be written" },
    *main({ inbox }, { outbox, error }, self) {
      yield* minding(self, error, ["write", filename], add(forwarder ? outbox : undefined));

      function* add(forwardTo: Outbox<T> | undefined): Main {
        yield* opened(open(filename, blatFile ? "w" : "a"), function* (file) {
          if (holdOpen) yield* pour(inbox, file, forwardTo);
        });
        while (!holdOpen && (yield inbox)) {
          const pieces = [...inbox];
          if (forwardTo !== undefined) yield* record(pieces, forwardTo, (write) => opened(open(filename, "a"), write));
          else yield* opened(open(filename, "a"), (file) => settled(writeAll(file, pieces)));
        }
      }
    },
  });
}

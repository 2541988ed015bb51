// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import { Escape, type Sync } from "./escape.ts";

/** What marks the beginning of a chunk, unless it is told otherwise: 24 times X. */
export const DEFAULT_SYNC: string = "X".repeat(24);

/** How chunks are marked. */
export interface DataChunkerOptions {
  /** What each chunk begins with; its bytes are escaped in the data. No "%", no digits, none of a to f. Default: 24 times X. */
  readonly syncMessage?: Sync;
}

/**
 * Makes a chunk of each message: a mark, and the data, escaped so that the mark is not in it. So whoever joins the stream late, or loses a part of it,
 * finds the next beginning: {@link DataDeChunker}. A chunk is known to be over when the next one begins.
 *
 * @throws RangeError for a mark that could not be told from data
 * @example
 * await Pipeline(Feed([Buffer.from("100 X")]), DataChunker({ syncMessage: "XX" }), ConsoleEchoer()).run(); // XX100 %58
 */
export function DataChunker({ syncMessage = DEFAULT_SYNC }: DataChunkerOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Uint8Array }
> {
  const escape = new Escape(syncMessage);
  return component(DataChunker, {
    inboxes: { inbox: "data" },
    outboxes: { outbox: "a chunk for each" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const data of inbox) outbox.send(escape.encode(data));
    },
  });
}

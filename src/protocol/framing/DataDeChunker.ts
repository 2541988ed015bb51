// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component } from "../../axon/index.ts";
import { ChunkFinder } from "./chunkFinder.ts";
import { DEFAULT_SYNC } from "./DataChunker.ts";
import type { Malformed } from "./DeFramer.ts";
import { Escape, type Sync } from "./escape.ts";

/** How chunks are marked, and how large they may be. */
export interface DataDeChunkerOptions {
  /** What each chunk begins with. Default: 24 times X. */
  readonly syncMessage?: Sync;
  /** Bytes of a chunk, escaped, at most; what is longer is dropped up to the next mark. Default 1 MiB. */
  readonly maxSize?: number;
}

/**
 * Finds the chunks that {@link DataChunker} made in a stream of bytes, however it is cut. What comes before the first mark is dropped.
 * A chunk is sent when the next one begins, when a message comes to "flush", and at the end of the data.
 * What cannot have been made by a DataChunker, and what is too long, goes to "malformed"; where nobody listens to that, it is counted there (`drops`).
 *
 * @throws RangeError for a mark that could not be told from data, or a size that is no size
 * @example
 * await Pipeline(Feed([Buffer.from("ne"), Buffer.from("wsXXhelXX")]), DataDeChunker({ syncMessage: "XX" }), ConsoleEchoer()).run(); // hel
 */
export function DataDeChunker({ syncMessage = DEFAULT_SYNC, maxSize = 1 << 20 }: DataDeChunkerOptions = {}): Component<
  { inbox: Uint8Array; flush: unknown },
  { outbox: Uint8Array; malformed: Malformed }
> {
  const escape = new Escape(syncMessage);
  if (!(maxSize >= 1)) throw new RangeError(`Cannot take chunks of ${maxSize} bytes at most: give 1 or more, Infinity for no limit`);
  return component(DataDeChunker, {
    inboxes: { inbox: "parts of the stream", flush: "any message: what has come is a whole chunk" },
    outboxes: { outbox: "the data of each chunk", malformed: "what was no chunk, and why" },
    *main({ inbox, flush }, { outbox, malformed }, self) {
      const finder = new ChunkFinder(escape.sync, maxSize);
      const send = (bytes: Uint8Array | undefined): void => {
        if (bytes === undefined) return;
        try {
          outbox.send(escape.decode(bytes));
        } catch (error) {
          malformed.send({ bytes: bytes.slice(), reason: error instanceof Error ? error.message : String(error) });
        }
      };
      const tooLong = (bytes: Uint8Array): void =>
        malformed.send({ bytes, reason: `Cannot read a chunk: it has more than ${maxSize} bytes` });
      while (yield anyOf(inbox, flush)) {
        for (const bytes of inbox) {
          finder.push(bytes);
          for (let chunk = finder.next(tooLong); chunk !== undefined; chunk = finder.next(tooLong)) send(chunk);
        }
        if (inbox.length > 0 || flush.length === 0) continue;
        while (flush.length > 0) flush.recv();
        send(finder.rest());
      }
      if (!self.toldToStop) send(finder.rest());
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { ByteQueue } from "./ByteQueue.ts";
import { sendEach } from "./sendEach.ts";

/** What comes, and what chunks it is to be cut into. */
export interface RateChunkerOptions {
  /** Bytes per second of the data. */
  readonly dataRate: number;
  /** Chunks per second. */
  readonly chunkRate: number;
  /** Bytes that stay together: chunks contain a whole number of these. Default 1. */
  readonly quantaSize?: number;
}

/**
 * Cuts a stream of bytes whose rate is known into chunks of another rate: for example the sound for each picture of a film. It does not wait:
 * it only measures. When the rates do not divide evenly, some chunks are a quantum longer, so that there never is a drift: when n chunks are out,
 * they hold what comes in n / chunkRate seconds, to less than a quantum. If the data is slow, some chunks are empty.
 * At the end of the data the rest is sent as a last, smaller chunk.
 *
 * @throws RangeError for rates that are not numbers above 0, and a quantum that is not a whole number above 0
 * @example
 * RateChunker({ dataRate: 48_000 * 2 * 2, quantaSize: 2 * 2, chunkRate: 25 }); // 48 kHz, 16 bits, stereo: 7680 bytes for each picture
 */
export function RateChunker({
  dataRate,
  chunkRate,
  quantaSize = 1,
}: RateChunkerOptions): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  if (!(dataRate > 0 && dataRate < Infinity && chunkRate > 0 && chunkRate < Infinity))
    throw new RangeError(`Cannot cut ${dataRate} bytes into ${chunkRate} chunks per second: give numbers above 0`);
  if (!Number.isSafeInteger(quantaSize) || quantaSize < 1)
    throw new RangeError(`Cannot keep ${quantaSize} bytes together: give a whole number above 0`);
  return component(RateChunker, {
    inboxes: { inbox: "bytes, however they come" },
    outboxes: { outbox: "chunks of them" },
    *main({ inbox }, { outbox }, self) {
      const queue = new ByteQueue();
      let sent = 0;
      let count = 0;
      /** Where the next chunk ends: counted from the start, so that no error adds up. */
      const end = (): number => Math.floor(((count + 1) * dataRate) / (chunkRate * quantaSize)) * quantaSize;
      function* chunks(): Generator<Uint8Array> {
        for (let to = end(); to - sent <= queue.length; to = end()) {
          const chunk = queue.take(to - sent);
          count++;
          sent = to;
          yield chunk;
        }
      }
      while (yield inbox)
        for (const bytes of inbox) {
          queue.push(bytes);
          if (!(yield* sendEach(chunks(), outbox, self))) return;
        }
      if (queue.length > 0 && !self.toldToStop) outbox.send(queue.take(queue.length));
    },
  });
}

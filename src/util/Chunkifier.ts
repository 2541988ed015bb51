// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { ByteQueue } from "./ByteQueue.ts";
import { sendEach } from "./sendEach.ts";

/** How chunks are made. */
export interface ChunkifierOptions {
  /** Send what there is when nothing more waits in the inbox, even if it is less than a chunk. Default false. */
  readonly nodelay?: boolean;
}

/**
 * Cuts a stream of bytes into chunks of one size; the last one may be smaller. Text is taken as its bytes in UTF-8.
 * Chunks that lie within one message are views of it, not copies.
 *
 * @param chunkSize bytes in a chunk. Default 1,048,576
 * @throws RangeError when the size is not a whole number above 0
 * @example
 * await Pipeline(ConsoleReader({ eol: "" }), Chunkifier(20), ConsoleEchoer()).run();
 */
export function Chunkifier(
  chunkSize: number = 2 ** 20,
  { nodelay = false }: ChunkifierOptions = {},
): Component<{ inbox: Uint8Array | string }, { outbox: Uint8Array }> {
  if (!Number.isSafeInteger(chunkSize) || chunkSize < 1)
    throw new RangeError(`Cannot make chunks of ${chunkSize} bytes: give a whole number above 0`);
  return component(Chunkifier, {
    inboxes: { inbox: "bytes, however they come" },
    outboxes: { outbox: "chunks of them" },
    *main({ inbox }, { outbox }, self) {
      const encoder = new TextEncoder();
      const queue = new ByteQueue();
      while (yield inbox) {
        for (const message of inbox) {
          queue.push(typeof message === "string" ? encoder.encode(message) : message);
          if (!(yield* sendEach(chunks(queue, chunkSize), outbox, self))) return;
        }
        if (nodelay && queue.length > 0) outbox.send(queue.take(queue.length));
      }
      if (queue.length > 0 && !self.toldToStop) outbox.send(queue.take(queue.length));
    },
  });
}

function* chunks(queue: ByteQueue, size: number): Generator<Uint8Array> {
  while (queue.length >= size) yield queue.take(size);
}

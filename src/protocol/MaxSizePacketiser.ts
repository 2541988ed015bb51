// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../axon/index.ts";

/** How large packets may be. */
export interface MaxSizePacketiserOptions {
  /** Bytes of a packet at most. Default 1000, which leaves room for headers in any network's packets. */
  readonly maxSize?: number;
}

/**
 * Cuts messages into packets that are not larger than they may be. What is left of a message is sent at once: nothing waits for the next one to fill a packet.
 *
 * @throws RangeError for a size that is not 1 or more
 * @example
 * await Pipeline(Feed([Buffer.alloc(2500)]), MaxSizePacketiser(), PureTransformer((packet) => `${packet.length} `), ConsoleEchoer()).run(); // 1000 1000 500
 */
export function MaxSizePacketiser({ maxSize = 1000 }: MaxSizePacketiserOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Uint8Array }
> {
  if (!(maxSize >= 1)) throw new RangeError(`Cannot cut packets of ${maxSize} bytes: give 1 or more`);
  const size = Math.floor(maxSize);
  return component(MaxSizePacketiser, {
    inboxes: { inbox: "messages of any size" },
    outboxes: { outbox: "packets" },
    *main({ inbox }, { outbox }, self) {
      while (yield inbox) {
        const message = inbox.recv();
        outbox.send(message.subarray(0, size));
        for (let at = size; at < message.length; at += size) {
          if (outbox.full) yield; // waits for room; the rest of a message is sent also at the end of the data
          if (self.toldToStop) return;
          outbox.send(message.subarray(at, at + size));
        }
      }
    },
  });
}

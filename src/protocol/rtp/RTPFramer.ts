// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import { Slab } from "../internal/slab.ts";
import { packRTP, type RTPContent } from "./packet.ts";

/** Where to begin to count. */
export interface RTPFramerOptions {
  /** Number of the first packet, 0 to 65535. Default: random, as RFC 3550 says (section 5.1). */
  readonly sequence?: number;
  /** What is added to all timestamps, 32 bit. Default: random, for the same reason. */
  readonly timestampOffset?: number;
}

/**
 * Makes RTP packets (RFC 3550, section 5.1): numbers them, and adds an offset to their timestamps.
 *
 * @throws RangeError for numbers that do not fit; in a content, that is its failure
 * @example
 * const content = { payloadtype: 33, payload: Buffer.from("HELLO"), timestamp: 0x01020304, ssrc: 0xdeadbeef };
 * const { outbox } = await drive(RTPFramer({ sequence: 0xfffe, timestampOffset: 0 }), { inbox: [content] });
 * console.log(Buffer.from(outbox[0]!).toString("hex")); // 8021fffe01020304deadbeef48454c4c4f
 */
export function RTPFramer({ sequence, timestampOffset }: RTPFramerOptions = {}): Component<{ inbox: RTPContent }, { outbox: Uint8Array }> {
  check(sequence, 0x1_0000, "number packets from");
  check(timestampOffset, 2 ** 32, "add to timestamps");
  return component(RTPFramer, {
    inboxes: { inbox: "what to send" },
    outboxes: { outbox: "RTP packets" },
    *main({ inbox }, { outbox }, self) {
      const { random } = self.system;
      const slab = new Slab();
      const offset = timestampOffset ?? random.integer(2 ** 32);
      let next = sequence ?? random.integer(0x1_0000);
      while (yield inbox) {
        for (const content of inbox) {
          outbox.send(packRTP(content, next, content.timestamp + offset, slab));
          next = (next + 1) & 0xffff;
        }
      }
    },
  });
}

function check(value: number | undefined, limit: number, what: string): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value < limit)) return;
  throw new RangeError(`Cannot ${what} ${value}: give an integer from 0 to ${limit - 1}`);
}

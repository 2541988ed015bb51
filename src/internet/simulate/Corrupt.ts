// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import { type ChanceOptions, checkChance, randomOf } from "./seeded.ts";

/**
 * Changes one bit in some messages, anywhere in them. Those that are changed are copies; empty ones stay as they are.
 *
 * @throws RangeError for what is no probability
 * @example
 * Pipeline(Sender(), Corrupt({ probability: 0.001 }), Receiver());
 */
export function Corrupt({ probability = 0.1, seed }: ChanceOptions = {}): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  checkChance("corruption", probability, seed);
  return component(Corrupt, {
    inboxes: { inbox: "bytes" },
    outboxes: { outbox: "the same bytes, a few of them wrong" },
    *main({ inbox }, { outbox }, self) {
      const random = randomOf(self, seed);
      while (yield inbox) {
        for (const bytes of inbox) {
          const hit = random.next() < probability && bytes.length > 0;
          outbox.send(hit ? flipped(bytes, random.integer(bytes.length * 8)) : bytes);
        }
      }
    },
  });
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = new Uint8Array(bytes); // a Buffer's slice would be the same memory
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

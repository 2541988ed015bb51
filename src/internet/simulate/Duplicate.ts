// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import { type ChanceOptions, checkChance, randomOf } from "./seeded.ts";

/**
 * Sends some messages twice, one right after the other. It is the same object both times.
 *
 * @throws RangeError for what is no probability
 * @example
 * Pipeline(Sender(), Duplicate({ probability: 0.01 }), Receiver());
 */
export function Duplicate<T = any>({ probability = 0.1, seed }: ChanceOptions = {}): Component<{ inbox: T }, { outbox: T }> {
  checkChance("duplication", probability, seed);
  return component(Duplicate, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages, some of them twice" },
    *main({ inbox }, { outbox }, self) {
      const random = randomOf(self, seed);
      while (yield inbox) {
        for (const message of inbox) {
          outbox.send(message);
          if (random.next() < probability) outbox.send(message);
        }
      }
    },
  });
}

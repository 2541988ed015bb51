// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import { type ChanceOptions, checkChance, randomOf } from "./seeded.ts";

/**
 * Loses messages, each with the same probability. For losses that come in bursts there is {@link GilbertElliott}.
 *
 * @throws RangeError for what is no probability
 * @example
 * Pipeline(Sender(), Throwaway({ probability: 0.05, seed: 1 }), Receiver());
 */
export function Throwaway<T = any>({ probability = 0.1, seed }: ChanceOptions = {}): Component<{ inbox: T }, { outbox: T }> {
  checkChance("loss", probability, seed);
  return component(Throwaway, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "those that are not lost" },
    *main({ inbox }, { outbox }, self) {
      const random = randomOf(self, seed);
      while (yield inbox) for (const message of inbox) if (random.next() >= probability) outbox.send(message);
    },
  });
}

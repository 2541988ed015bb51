// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import { checkChance, randomOf, type SeedOptions } from "./seeded.ts";

/** How messages get out of order. */
export interface ReorderOptions extends SeedOptions {
  /** Messages that are held back to choose from. Default 8. */
  readonly window?: number;
  /** Probability that any of them but the newest is next, and not the oldest. Default 1. */
  readonly probability?: number;
}

/**
 * Sends messages out of order: it holds some back, and sends one of them, but never the newest, when another one comes. After the last one come those that it
 * still holds, in order.
 *
 * @throws RangeError for a window below 2, and for what is no probability
 * @example
 * Pipeline(Sender(), Reorder({ window: 4, probability: 0.2 }), RecoverOrder());
 */
export function Reorder<T = any>({ window = 8, probability = 1, seed }: ReorderOptions = {}): Component<{ inbox: T }, { outbox: T }> {
  if (!(Number.isInteger(window) && window >= 2)) throw new RangeError(`Cannot choose from ${window} messages: give a whole number from 2`);
  checkChance("reordering", probability, seed);
  return component(Reorder, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages in another order" },
    *main({ inbox }, { outbox }, self) {
      const random = randomOf(self, seed);
      const held: T[] = [];
      while (yield inbox) {
        for (const message of inbox) {
          if (held.push(message) < window) continue;
          const place = random.next() < probability ? random.integer(window - 1) : 0;
          for (const chosen of held.splice(place, 1)) outbox.send(chosen);
        }
      }
      while (held.length > 0 && !self.toldToStop) {
        const isFull = outbox.full;
        for (const message of held.splice(0, 1)) outbox.send(message);
        if (isFull) yield;
      }
    },
  });
}

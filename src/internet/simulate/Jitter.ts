// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, sleep } from "../../axon/index.ts";
import { CorrelatedDraw, deviation, type Distribution } from "./chance.ts";
import { checkLink } from "./linkOptions.ts";
import { checkSeed, randomOf, type SeedOptions } from "./seeded.ts";

/** How messages are delayed. */
export interface JitterOptions extends SeedOptions {
  /** Milliseconds. Default 0. */
  readonly delay?: number;
  /** Milliseconds that the delay differs, up to which (uniform) or on average. Default 0. */
  readonly jitter?: number;
  /** How the delay differs. Default "uniform". */
  readonly distribution?: Distribution;
  /** How much a delay is like the one before, 0 to 1. Default 0. */
  readonly correlation?: number;
  /** Whether messages stay in order, however their delays differ. Default false: one may overtake another, as in netem. */
  readonly keepOrder?: boolean;
}

/** Less than a nanosecond: what sums of milliseconds are off. */
const ROUNDING = 1e-7;

/**
 * Sends each message on after a delay that chance makes longer or shorter. (For a delay that is always the same there is `Delay` of `kamaelia/util`.)
 *
 * @throws RangeError for a delay or jitter below 0, and for a correlation that is not from 0 to 1
 * @example
 * Pipeline(Sender(), Jitter({ delay: 50, jitter: 10, distribution: "normal" }), JitterBuffer());
 */
export function Jitter<T = any>(options: JitterOptions = {}): Component<{ inbox: T }, { outbox: T }> {
  const { delay = 0, jitter = 0, distribution = "uniform", correlation = 0, keepOrder = false, seed } = options;
  checkLink({ delay, jitter, distribution, correlation, keepOrder });
  checkSeed("delay by chance", seed);
  return component(Jitter, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages, later" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      const draw = new CorrelatedDraw(randomOf(self, seed), correlation);
      const waiting: { readonly due: number; readonly message: T }[] = []; // by time
      const take = (message: T): void => {
        const late = Math.max(0, delay + jitter * deviation(distribution, draw.next()));
        const last = waiting.at(-1)?.due ?? 0;
        const due = keepOrder ? Math.max(last, clock.now() + late) : clock.now() + late;
        let place = waiting.length;
        while (place > 0 && waiting[place - 1]!.due > due) place--;
        waiting.splice(place, 0, { due, message });
      };
      while (waiting.length > 0 || (yield inbox)) {
        while (inbox.length > 0) take(inbox.recv());
        for (let first = waiting[0]; first !== undefined && first.due <= clock.now() + ROUNDING; first = waiting[0]) {
          const isFull = outbox.full;
          outbox.send(first.message);
          waiting.shift();
          if (isFull) yield;
          if (self.toldToStop) return;
        }
        const [first] = waiting;
        if (first === undefined) continue;
        const rest = sleep(Math.max(0, first.due - clock.now()));
        yield self.shutdown === undefined || inbox.length > 0 ? anyOf(inbox, rest) : rest;
        if (self.toldToStop) return;
      }
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, sleep } from "../axon/index.ts";
import { newest } from "./newest.ts";

/** How a Throttle thins out. */
export interface ThrottleOptions {
  /** Milliseconds between two messages, at least. */
  readonly every: number;
  /** Send the last of those that came meanwhile when the time is over. Default true; otherwise all of them are dropped. */
  readonly trailing?: boolean;
}

/**
 * Thins messages out: sends one at once, and then, until some time has passed, of all that come only the last one. Use a {@link MessageRateLimit} to send
 * all of them, later. After producerFinished, too, the last one is sent when its time has come.
 *
 * @throws RangeError for an interval that is not above 0, or Infinity
 * @example
 * (await drive(Throttle<string>({ every: 100 }), { inbox: at({ 0: "a", 30: "b", 60: "c", 500: "d" }) })).outbox; // ["a", "c", "d"]
 */
export function Throttle<T = any>({ every, trailing = true }: ThrottleOptions): Component<{ inbox: T }, { outbox: T }> {
  if (!(every > 0 && every < Infinity)) throw new RangeError(`Cannot send a message every ${every} ms: give a finite number above 0`);
  return component(Throttle, {
    inboxes: { inbox: "messages, perhaps many at a time" },
    outboxes: { outbox: "some of them" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      let next: { readonly message: T } | undefined;
      while ((next !== undefined && !self.toldToStop) || (yield inbox)) {
        const isHeld = outbox.full;
        outbox.send(next === undefined ? inbox.recv() : next.message);
        next = undefined;
        if (isHeld) yield;
        const end = clock.now() + every;
        for (let left = every; left > 0; left = end - clock.now()) {
          if (self.toldToStop) return;
          const last = newest(inbox);
          if (trailing) next = last ?? next;
          if (self.shutdown !== undefined && next === undefined) return;
          yield self.shutdown === undefined ? anyOf(inbox, sleep(left)) : sleep(left);
        }
      }
    },
  });
}

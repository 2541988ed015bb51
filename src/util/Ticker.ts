// SPDX-License-Identifier: Apache-2.0
import { type Component, component, sleep } from "../axon/index.ts";
import { checkCount } from "./checks.ts";
import { ROUNDING } from "./timing.ts";

/** When a Ticker ticks, and what it sends. */
export interface TickerOptions<T = true> {
  /** Milliseconds between two ticks. */
  readonly every: number;
  /** Milliseconds before the first tick. Default: as long as between two. */
  readonly delay?: number;
  /** After so many ticks it ends. Default: it goes on until it is told to stop. */
  readonly times?: number;
  /** What is sent. Default true. */
  readonly message?: T;
}

/**
 * Sends a message at regular times. Each is due at its own time after the start, so that nothing drifts. Ticks that fall due while the receiver has no room
 * are left out but for the last one, and those after it are in step.
 *
 * @throws RangeError for an interval that is not above 0, a delay below 0, either of them Infinity, and when times is not a whole number from 0
 * @example
 * await Pipeline(Ticker({ every: 100, message: "tick\n", times: 3 }), ConsoleEchoer()).run();
 */
export function Ticker(options: TickerOptions): Component<{}, { outbox: true }>;
export function Ticker<T>(options: TickerOptions<T> & { readonly message: T }): Component<{}, { outbox: T }>;
export function Ticker<T>({
  every,
  delay = every,
  times = Infinity,
  message = true,
}: TickerOptions<T | true>): Component<{}, { outbox: T | true }> {
  if (!(every > 0 && every < Infinity)) throw new RangeError(`Cannot tick every ${every} ms: give a finite number above 0`);
  if (!(delay >= 0 && delay < Infinity)) throw new RangeError(`Cannot begin to tick after ${delay} ms: give a finite number from 0`);
  checkCount("tick", times);
  return component(Ticker, {
    outboxes: { outbox: "a message for each tick" },
    *main(_, { outbox }, self) {
      const { clock } = self.system;
      const start = clock.now() + delay;
      let tick = 0;
      for (let sent = 0; sent < times; sent++) {
        tick = Math.max(tick, Math.floor((clock.now() - start + ROUNDING) / every));
        if (!(yield sleep(Math.max(0, start + tick * every - clock.now())))) return;
        const isHeld = outbox.full;
        outbox.send(message);
        tick++;
        if (isHeld && !(yield)) return; // until there is room: only then one can say which tick is the next
      }
    },
  });
}

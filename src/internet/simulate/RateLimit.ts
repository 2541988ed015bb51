// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, sleep } from "../../axon/index.ts";

/** How fast bytes pass, and how many may wait. */
export interface RateLimitOptions {
  /** Bits in a second. */
  readonly rate: number;
  /** Bytes that may pass at once after a rest. Default 0: each message takes its time. */
  readonly burst?: number;
  /** Messages that may wait; those that come then are lost, as in a router. Default: no limit, and who sends is held. */
  readonly queue?: number;
}

/** Messages that wait here if none is to be lost; the rest wait in the inbox. */
const FEW = 2;
/** Less than a nanosecond: what sums of milliseconds are off. */
const ROUNDING = 1e-7;

/**
 * Lets bytes pass at a rate: a token bucket, with a queue before it.
 *
 * @throws RangeError for a rate or a queue that is not above 0, and for a burst below 0
 * @example
 * Pipeline(Sender(), RateLimit({ rate: 1_000_000, queue: 50 }), Receiver());
 */
export function RateLimit({ rate, burst = 0, queue }: RateLimitOptions): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  if (!(rate > 0)) throw new RangeError(`Cannot pass ${rate} bits in a second: give more than 0`);
  if (!(burst >= 0)) throw new RangeError(`Cannot pass ${burst} bytes at once: give 0 or more`);
  if (queue !== undefined && !(queue >= 1)) throw new RangeError(`Cannot let ${queue} messages wait: give 1 or more`);
  return component(RateLimit, {
    inboxes: { inbox: "bytes" },
    outboxes: { outbox: "the same bytes, at the rate" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      const perByte = 8000 / rate;
      const waiting: Uint8Array[] = [];
      const take = (): void => {
        while (inbox.length > 0 && (queue !== undefined || waiting.length < FEW)) {
          const bytes = inbox.recv();
          if (queue === undefined || waiting.length < queue) waiting.push(bytes);
        }
      };
      let free = -Infinity; // when all that has passed has had its time
      while (waiting.length > 0 || (yield inbox)) {
        take();
        const [first] = waiting;
        if (first === undefined) continue;
        const passes = Math.max(free, clock.now() - burst * perByte) + first.length * perByte;
        while (clock.now() < passes - ROUNDING) {
          const rest = sleep(passes - clock.now());
          yield queue === undefined || self.shutdown !== undefined ? rest : anyOf(inbox, rest);
          if (self.toldToStop) return;
          if (queue !== undefined) take();
        }
        const isFull = outbox.full;
        outbox.send(first);
        waiting.shift();
        free = passes;
        if (isFull) yield;
        if (self.toldToStop) return;
      }
    },
  });
}

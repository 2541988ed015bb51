// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, sleep } from "../axon/index.ts";
import { checkCount } from "./checks.ts";
import { Fifo } from "./fifo.ts";
import { ROUNDING } from "./timing.ts";

/** How a MessageRateLimit buffers. */
export interface MessageRateLimitOptions {
  /** Messages that have to be there before the first one is sent, against an uneven supply. Default 60; 0 for none. */
  readonly buffer?: number;
  /** Messages that wait at most: for more, the oldest are dropped. Default 0: none are, who sends is held. */
  readonly hardLimit?: number;
}

/** Milliseconds of lateness of a timer that are made good. */
const LATENESS = 100;

/**
 * Sends messages on at a rate that is never exceeded, and is kept as long as there are messages: each is due at its own time, so that nothing drifts.
 * When there are none, or when the receiver has no room, the time is lost, not saved up.
 * After producerFinished what is left is sent at the same rate, even if the buffer has not filled.
 *
 * @param messagesPerSecond need not be whole
 * @throws RangeError for a rate that is not above 0, a buffer that is not a whole number from 0, and a hardLimit below the buffer
 * @example
 * await Pipeline(DataSource(["I", "P", "B"]), MessageRateLimit(25, { buffer: 2 }), ConsoleEchoer()).run(); // IPB
 */
export function MessageRateLimit<T = any>(
  messagesPerSecond: number,
  { buffer = 60, hardLimit = 0 }: MessageRateLimitOptions = {},
): Component<{ inbox: T }, { outbox: T }> {
  if (!(messagesPerSecond > 0)) throw new RangeError(`Cannot send ${messagesPerSecond} messages per second: give more than 0`);
  checkCount("wait for messages", buffer);
  if (hardLimit !== 0 && !(hardLimit >= Math.max(1, buffer)))
    throw new RangeError(`Cannot buffer ${buffer} messages and keep ${hardLimit}: the hard limit has to be as large, or 0 for none`);
  return component(MessageRateLimit, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages, at their times" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      const waiting = new Fifo<T>();
      const room = hardLimit === 0 ? Math.max(1, buffer) : Infinity;
      const take = (): void => {
        while (waiting.length < room && inbox.length > 0) waiting.push(inbox.recv());
        while (hardLimit > 0 && waiting.length > hardLimit) waiting.shift();
      };
      while (waiting.length < buffer && (yield inbox)) take();
      let due = clock.now();
      while (!self.toldToStop) {
        take();
        const now = clock.now();
        due = Math.max(due, now - LATENESS);
        if (waiting.length === 0) {
          if (!(yield inbox)) return;
          due = Math.max(due, clock.now());
        } else if (due > now + ROUNDING) {
          yield hardLimit === 0 || self.shutdown !== undefined ? sleep(due - now) : anyOf(inbox, sleep(due - now));
        } else {
          const isHeld = outbox.full;
          outbox.send(waiting.shift()!);
          due += 1000 / messagesPerSecond;
          if (!isHeld) continue;
          yield;
          due = Math.max(due, clock.now());
        }
      }
    },
  });
}

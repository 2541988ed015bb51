// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, sleep } from "../axon/index.ts";
import { Fifo } from "./fifo.ts";
import { ROUNDING } from "./timing.ts";

/** How much a Delay holds. */
export interface DelayOptions {
  /** Messages that it holds at most; who sends more is held. Default: as many as come within the time. */
  readonly buffer?: number;
}

/**
 * Sends each message on some time after it came. The order is kept: a message that is to wait longer holds up those behind it.
 *
 * @param delay milliseconds, or a function that says how many for a message
 * @throws RangeError for a delay below 0 or of Infinity, as a failure when it is a function that said so, and for a buffer below 1
 * @example
 * await Pipeline(ConsoleReader(), Delay(500), ConsoleEchoer()).run();
 */
export function Delay<T = any>(
  delay: number | ((message: T) => number),
  { buffer = Infinity }: DelayOptions = {},
): Component<{ inbox: T }, { outbox: T }> {
  if (typeof delay === "number") checked(delay);
  if (!(buffer >= 1)) throw new RangeError(`Cannot hold ${buffer} messages: give 1 or more`);
  return component(Delay, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages, later" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      const waiting = new Fifo<{ readonly due: number; readonly message: T }>();
      while (waiting.length > 0 || (yield inbox)) {
        while (waiting.length < buffer && inbox.length > 0) {
          const message = inbox.recv();
          waiting.push({ due: clock.now() + (typeof delay === "number" ? delay : checked(delay(message))), message });
        }
        for (let first = waiting.peek(); first !== undefined && first.due <= clock.now() + ROUNDING; first = waiting.peek()) {
          const isHeld = outbox.full;
          outbox.send(first.message);
          waiting.shift();
          if (isHeld) yield;
          if (self.toldToStop) return;
        }
        const first = waiting.peek();
        if (first === undefined) continue;
        const rest = sleep(Math.max(0, first.due - clock.now()));
        yield waiting.length < buffer && (self.shutdown === undefined || inbox.length > 0) ? anyOf(inbox, rest) : rest;
        if (self.toldToStop) return;
      }
    },
  });
}

function checked(delay: number): number {
  if (!(delay >= 0 && delay < Infinity)) throw new RangeError(`Cannot delay a message by ${delay} ms: give a finite number from 0`);
  return delay;
}

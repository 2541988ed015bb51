// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../axon/index.ts";
import { Reordering } from "./reordering.ts";

/** A message, and its place among the others. */
export type Numbered<T = any> = readonly [sequence: number, data: T];

/** Numbers that never came, or not in time. */
export interface Gap {
  readonly first: number;
  readonly count: number;
}

/** How long to wait for what is missing. */
export interface RecoverOrderOptions {
  /** How many messages wait at most for those before them. Default 30. */
  readonly bufferSize?: number;
  /** Numbers are counted modulo this: after the last comes 0. Default 2^32; 2^16 for RTP. */
  readonly modulo?: number;
  /** Milliseconds that a message waits at most for those before it. Default: as long as there is room. */
  readonly timeout?: number;
  /**
   * A message that directly follows the last one sent does not wait. Default true. If false, messages wait until `bufferSize` of them are there, as in the original:
   * that is only better if the first ones to come may be out of order.
   */
  readonly eager?: boolean;
}

/**
 * Puts numbered messages that come out of order, twice, or not at all, into order. Numbers wrap around, and are compared as RFC 1982 says.
 * What has been waited for in vain is told on "gaps"; what comes too late, or again, goes to "late". At the end all that waits is sent.
 *
 * @throws RangeError for sizes, numbers and times that are none
 * @example
 * await Pipeline(Feed([[1, "a"], [3, "c"], [2, "b"]] as const), RecoverOrder<string>(), PureTransformer(([, text]) => text), ConsoleEchoer()).run(); // abc
 */
export function RecoverOrder<T = any>({
  bufferSize = 30,
  modulo = 2 ** 32,
  timeout = Infinity,
  eager = true,
}: RecoverOrderOptions = {}): Component<{ inbox: Numbered<T> }, { outbox: Numbered<T>; gaps: Gap; late: Numbered<T> }> {
  if (!(bufferSize >= 1)) throw new RangeError(`Cannot put messages into order with a buffer of ${bufferSize}: give 1 or more`);
  if (!(modulo > 2 * bufferSize))
    throw new RangeError(`Cannot count modulo ${modulo}: give more than twice the size of the buffer (${bufferSize})`);
  if (!(timeout >= 0)) throw new RangeError(`Cannot wait for ${timeout} ms: give 0 or more`);
  return component(RecoverOrder, {
    inboxes: { inbox: "[number, data]" },
    outboxes: { outbox: "the same, in order", gaps: "numbers that are missing", late: "what came too late, or again" },
    *main({ inbox }, { outbox, gaps, late }, self) {
      const { clock } = self.system;
      const waiting = new Reordering<T>(modulo);
      const sendFirst = (): void => {
        const { gap, message } = waiting.take();
        if (gap !== undefined) gaps.send(gap);
        outbox.send(message);
      };
      for (;;) {
        const patience = waiting.length === 0 ? Infinity : Math.max(0, waiting.oldest + timeout - clock.now());
        if (!(yield anyOf(inbox, sleep(patience)))) break;
        for (const message of inbox) {
          if (!waiting.add(message, clock.now())) late.send(message);
          while (waiting.length >= bufferSize || (eager && waiting.isNext)) sendFirst();
        }
        while (waiting.length > 0 && waiting.oldest + timeout <= clock.now()) sendFirst();
      }
      if (!self.toldToStop) while (waiting.length > 0) sendFirst();
    },
  });
}

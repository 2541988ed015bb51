// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, sleep } from "../axon/index.ts";

/** When a batch is complete: at the first of these. At least one has to be given. */
export interface BatchOptions {
  /** Messages in a batch. Default: no limit. */
  readonly size?: number;
  /** Milliseconds from the first message of a batch. Default: no limit. */
  readonly within?: number;
}

/**
 * Puts messages together into lists: so many, or as many as come within a time after the first. No list is empty. At the end of the data the rest is sent.
 *
 * @throws RangeError when neither is given, or the size is not a whole number above 0, or the time is not above 0
 * @example
 * await Pipeline(DataSource([1, 2, 3]), Batch({ size: 2 }), ConsoleEchoer()).run(); // [ 1, 2 ] [ 3 ]
 */
export function Batch<T = any>({ size = Infinity, within = Infinity }: BatchOptions): Component<{ inbox: T }, { outbox: T[] }> {
  if (!(size >= 1 && (size === Infinity || Number.isInteger(size)) && within > 0))
    throw new RangeError(`Cannot make batches of ${size} messages within ${within} ms: give a whole number and a time above 0`);
  if (size === Infinity && within === Infinity) throw new RangeError("Cannot make batches without end: give a size, or a time");
  return component(Batch, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "lists of them" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      let batch: T[] = [];
      let due = Infinity;
      const send = (): void => {
        outbox.send(batch);
        batch = [];
        due = Infinity;
      };
      while (yield due === Infinity ? inbox : anyOf(inbox, sleep(Math.max(0, due - clock.now())))) {
        if (clock.now() >= due) send();
        for (const message of inbox) {
          if (batch.push(message) === 1 && within < Infinity) due = clock.now() + within;
          if (batch.length >= size) send();
        }
      }
      if (batch.length > 0 && !self.toldToStop) send();
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/** What can be compared by `<`. */
export type Comparable = number | bigint | string | Date;

/**
 * Sends the greatest item of each list; the first of them, if several are.
 *
 * @throws RangeError when a list is empty
 * @example
 * await Pipeline(DataSource([[1, 4, 2, 3], ["d", "a"], ["xx", "xxx"]]), Max(), ConsoleEchoer()).run(); // 4dxxx
 */
export function Max<T extends Comparable = any>(): Component<{ inbox: Iterable<T> }, { outbox: T }> {
  return component(Max, {
    inboxes: { inbox: "lists" },
    outboxes: { outbox: "the greatest item of each" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const list of inbox) outbox.send(greatest(list));
    },
  });
}

function greatest<T extends Comparable>(list: Iterable<T>): T {
  let best: T | undefined;
  for (const item of list) if (best === undefined || item > best) best = item;
  if (best === undefined) throw new RangeError("Cannot take the greatest item: the list is empty");
  return best;
}

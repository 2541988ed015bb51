// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Keeps everything, and sends it as one list when it is told to end: at the end of the data all of it, on shutdownMicroprocess what it has by then.
 * The list is empty if nothing came.
 *
 * It holds all that comes, so it is for data that ends. {@link Batch} sends lists on the way.
 *
 * @example
 * await Pipeline(DataSource([1, 2, 3]), Collate(), ConsoleEchoer()).run(); // [ 1, 2, 3 ]
 */
export function Collate<T = any>(): Component<{ inbox: T }, { outbox: T[] }> {
  return component(Collate, {
    inboxes: { inbox: "items" },
    outboxes: { outbox: "all of them, in one list" },
    *main({ inbox }, { outbox }) {
      const list: T[] = [];
      while (yield inbox) for (const item of inbox) list.push(item);
      outbox.send(list);
    },
  });
}

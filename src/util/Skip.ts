// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Swallows the first messages, and sends on all that come after them.
 *
 * @param count how many
 * @throws RangeError when the count is not a whole number, 0 or more
 * @example
 * await Pipeline(DataSource("abcdef"), Skip(2), ConsoleEchoer()).run(); // cdef
 */
export function Skip<T = any>(count: number): Component<{ inbox: T }, { outbox: T }> {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`Cannot skip ${count} messages: give a whole number, 0 or more`);
  return component(Skip, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "all but the first" },
    *main({ inbox }, { outbox }) {
      let left = count;
      while (yield inbox)
        for (const message of inbox) {
          if (left > 0) left--;
          else outbox.send(message);
        }
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Waits for so many messages, then sends on the first of them; then for as many again. Several components that each send one when they are ready are
 * thus waited for together.
 *
 * @param n how many. Default 2
 * @throws RangeError when the number is not a whole one above 0
 * @example
 * await Pipeline(DataSource("abcde"), Sync(2), ConsoleEchoer()).run(); // ac
 */
export function Sync<T = any>(n: number = 2): Component<{ inbox: T }, { outbox: T }> {
  if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`Cannot wait for ${n} messages: give a whole number above 0`);
  return component(Sync, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the first of each batch, when it is complete" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) {
        const first = inbox.recv();
        for (let count = 1; count < n; count++) {
          if (!(yield inbox)) return;
          inbox.recv();
        }
        outbox.send(first);
      }
    },
  });
}

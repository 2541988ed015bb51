// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Sends on the first messages, then ends, so that what follows it ends, too. What comes before it is not told: messages that still come are dropped, and
 * counted. ({@link FirstOnly} stays and swallows them.)
 *
 * @param count how many
 * @throws RangeError when the count is not a whole number, 0 or more
 * @example
 * await Pipeline(DataSource("abcdef"), Take(2), ConsoleEchoer()).run(); // ab
 */
export function Take<T = any>(count: number): Component<{ inbox: T }, { outbox: T }> {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`Cannot take ${count} messages: give a whole number, 0 or more`);
  return component(Take, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the first of them" },
    *main({ inbox }, { outbox }) {
      for (let left = count; left > 0 && (yield inbox); left--) outbox.send(inbox.recv());
    },
  });
}

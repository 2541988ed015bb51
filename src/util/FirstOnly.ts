// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Sends on the first message, and swallows all that come after it. ({@link Take} ends instead.)
 *
 * @example
 * await Pipeline(DataSource(["a", "b"]), FirstOnly(), ConsoleEchoer()).run(); // a
 */
export function FirstOnly<T = any>(): Component<{ inbox: T }, { outbox: T }> {
  return component(FirstOnly, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the first one" },
    *main({ inbox }, { outbox }) {
      if (!(yield inbox)) return;
      outbox.send(inbox.recv());
      while (yield inbox) for (const _ of inbox);
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Sends the same message whenever anything comes.
 *
 * @example
 * await Pipeline(ConsoleReader(), TriggeredSource("wibble\n"), ConsoleEchoer()).run();
 */
export function TriggeredSource<const T>(message: T): Component<{ inbox: unknown }, { outbox: T }> {
  return component(TriggeredSource, {
    inboxes: { inbox: "anything, as a trigger" },
    outboxes: { outbox: "the message, each time" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const _ of inbox) outbox.send(message);
    },
  });
}

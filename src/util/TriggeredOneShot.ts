// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Waits for anything to come, then sends one message, and ends.
 *
 * @example
 * await Pipeline(ConsoleReader(), TriggeredOneShot("You typed something.\n"), ConsoleEchoer()).run();
 */
export function TriggeredOneShot<const T>(message: T): Component<{ inbox: unknown }, { outbox: T }> {
  return component(TriggeredOneShot, {
    inboxes: { inbox: "anything, as a trigger" },
    outboxes: { outbox: "the message" },
    *main({ inbox }, { outbox }) {
      if (yield inbox) outbox.send(message);
    },
  });
}

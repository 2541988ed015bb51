// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Sends one message at once, and ends.
 *
 * @example
 * await Pipeline(OneShot("hello\n"), ConsoleEchoer()).run();
 */
export function OneShot<const T>(message: T): Component<{}, { outbox: T }> {
  return component(OneShot, {
    outboxes: { outbox: "the message" },
    *main(_, { outbox }) {
      outbox.send(message);
    },
  });
}

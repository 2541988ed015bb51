// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Sends these messages, one each turn, then ends. It takes any iterable, asks it for the next one when there is room for it, and leaves lists as they are.
 *
 * @example
 * await Pipeline(DataSource(["hello", " ", "world\n"]), ConsoleEchoer()).run();
 */
export function DataSource<T>(messages: Iterable<T>): Component<{}, { outbox: T }> {
  return component(DataSource, {
    outboxes: { outbox: "the messages, one at a time" },
    *main(_, { outbox }) {
      for (const message of messages) {
        outbox.send(message);
        if (!(yield)) return;
      }
    },
  });
}

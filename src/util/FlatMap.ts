// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { sendEach } from "./sendEach.ts";

/**
 * Sends each of the things that a function makes of a message, one after the other: none, one, or many. The next is made only when there is room for it,
 * so it may give endlessly many.
 *
 * @example
 * await Pipeline(DataSource(["one two", "three"]), FlatMap((line) => line.split(" ")), ConsoleEchoer({ tag: "-" })).run(); // -one-two-three
 */
export function FlatMap<A = any, B = any>(transform: (message: A) => Iterable<B>): Component<{ inbox: A }, { outbox: B }> {
  return component(FlatMap, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "what became of them, one by one" },
    *main({ inbox }, { outbox }, self) {
      while (yield inbox) for (const message of inbox) if (!(yield* sendEach(transform(message), outbox, self))) return;
    },
  });
}

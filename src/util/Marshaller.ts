// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/** Writes things, for the way to another program. A class with a static method is one, too. */
export interface Marshalling<A, B> {
  /** Writes one item. */
  marshall(item: A): B;
}

/**
 * Writes each item as a given format does, for example to send it through a socket. {@link DeMarshaller} reads it again.
 * What says where an item ends is another component's work.
 *
 * @throws what the format throws for an item that it cannot write
 * @example
 * const numbers = { marshall: (n: number) => `${n}`, demarshall: (text: string) => Number(text) };
 * await Pipeline(DataSource([1, 2]), Marshaller(numbers), DeMarshaller(numbers), ConsoleEchoer()).run(); // 1, 2
 */
export function Marshaller<A, B>(format: Marshalling<A, B>): Component<{ inbox: A }, { outbox: B }> {
  return component(Marshaller, {
    inboxes: { inbox: "items" },
    outboxes: { outbox: "the items as they are written" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const item of inbox) outbox.send(format.marshall(item));
    },
  });
}

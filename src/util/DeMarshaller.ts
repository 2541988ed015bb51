// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/** Reads what was written for the way from another program. A class with a static method is one, too. */
export interface DeMarshalling<B, A> {
  /** Reads one item. */
  demarshall(data: B): A;
}

/**
 * Reads each item as a given format does: the opposite of {@link Marshaller}. Each message has to be one whole item.
 *
 * @throws what the format throws for an item that it cannot read
 * @example
 * await Pipeline(DataSource(["[1]", "[2]"]), DeMarshaller({ demarshall: (text: string) => JSON.parse(text) }), ConsoleEchoer()).run(); // [ 1 ] [ 2 ]
 */
export function DeMarshaller<B, A>(format: DeMarshalling<B, A>): Component<{ inbox: B }, { outbox: A }> {
  return component(DeMarshaller, {
    inboxes: { inbox: "items as they are written" },
    outboxes: { outbox: "the items" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const data of inbox) outbox.send(format.demarshall(data));
    },
  });
}

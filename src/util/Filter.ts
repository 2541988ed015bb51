// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { sendEach } from "./sendEach.ts";

/** Something that filters, and may keep some of what it gets for later. */
export interface Filtering<A, B> {
  /**
   * Called with each message; answers what is to be sent, null or undefined for nothing. At the end of the data it is called with "", again and again,
   * until it answers nothing (or ""): so it can give what it has kept.
   */
  filter(message: A | ""): B;
}

/**
 * Sends on the messages that pass a filter: a function that says which ones, or an object that may change them, too.
 *
 * @example
 * await Pipeline(ConsoleReader(), Filter((line) => line.startsWith("#")), ConsoleEchoer()).run();
 */
export function Filter<A, B extends A>(filter: (message: A) => message is B): Component<{ inbox: A }, { outbox: B }>;
export function Filter<A = any>(filter: (message: A) => boolean): Component<{ inbox: A }, { outbox: A }>;
export function Filter<A = any, B = any>(filter: Filtering<A, B>): Component<{ inbox: A }, { outbox: NonNullable<B> }>;
export function Filter<A, B>(filter: ((message: A) => boolean) | Filtering<A, B>): Component<{ inbox: A }, { outbox: A | NonNullable<B> }> {
  return component(Filter, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "what passes" },
    *main({ inbox }, { outbox }, self) {
      if (typeof filter === "function") {
        while (yield inbox) for (const message of inbox) if (filter(message)) outbox.send(message);
        return;
      }
      while (yield inbox)
        for (const message of inbox) {
          const result = filter.filter(message);
          if (result !== undefined && result !== null) outbox.send(result);
        }
      if (!self.toldToStop) yield* sendEach(rest(filter), outbox, self);
    },
  });
}

/** What a filter has kept. One that keeps nothing may answer "" with "": that is nothing, too. */
function* rest<A, B>(filter: Filtering<A, B>): Generator<NonNullable<B>> {
  for (;;) {
    const result = filter.filter("");
    if (result === undefined || result === null || result === "") return;
    yield result;
  }
}

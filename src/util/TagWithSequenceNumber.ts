// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/** Where the numbers begin. */
export interface TagWithSequenceNumberOptions {
  /** The number of the first item. Default 0. */
  readonly initial?: number;
}

/**
 * Numbers what comes: `[0, item]`, `[1, item]`, and so on.
 *
 * @example
 * await Pipeline(DataSource(["a", "b"]), TagWithSequenceNumber({ initial: 1 }), ConsoleEchoer()).run(); // [ 1, 'a' ] [ 2, 'b' ]
 */
export function TagWithSequenceNumber<T = any>({ initial = 0 }: TagWithSequenceNumberOptions = {}): Component<
  { inbox: T },
  { outbox: readonly [number: number, item: T] }
> {
  return component(TagWithSequenceNumber, {
    inboxes: { inbox: "items" },
    outboxes: { outbox: "pairs of a number and an item" },
    *main({ inbox }, { outbox }) {
      let next = initial;
      while (yield inbox) for (const item of inbox) outbox.send([next++, item]);
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Sends one part of each message: the one with this index or name.
 *
 * @throws RangeError when a message has no such part
 * @example
 * await Pipeline(DataSource<readonly [string, number]>([["a", 1], ["b", 2]]), Detuple(1), ConsoleEchoer()).run(); // 1, 2
 */
export function Detuple<K extends PropertyKey, T extends { readonly [P in K]: unknown } = any>(
  key: K,
): Component<{ inbox: T }, { outbox: T[K] }> {
  return component(Detuple, {
    inboxes: { inbox: "lists, tuples or objects" },
    outboxes: { outbox: "the part with that index or name" },
    *main({ inbox }, { outbox }) {
      while (yield inbox)
        for (const message of inbox) {
          if (!(key in Object(message))) throw missing(key, message);
          outbox.send(message[key]);
        }
    },
  });
}

function missing(key: PropertyKey, message: unknown): RangeError {
  const parts = Object.keys(Object(message));
  return new RangeError(
    `Cannot take ${String(key)} from a message: it has ${parts.length === 0 ? "no parts" : `only ${parts.join(", ")}`}`,
  );
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import type { Choice } from "./Chooser.ts";

/**
 * Steps forwards through items, which need never end: NEXT sends the next one, SAME the last one again; what a {@link Chooser} understands beside that is
 * ignored. It sends the first item at once, and takes an item from its source only when it is asked for. When NEXT finds no further item, it ends.
 *
 * The original's documents call it InfiniteChooser, too.
 *
 * @example
 * (await drive(ForwardIteratingChooser(loopingCounter(1)), { inbox: ["NEXT", "SAME", "NEXT"] })).outbox; // [1, 2, 2, 3]
 */
export function ForwardIteratingChooser<T>(items: Iterable<T>): Component<{ inbox: Choice }, { outbox: T }> {
  return component(ForwardIteratingChooser, {
    inboxes: { inbox: "commands: SAME, NEXT" },
    outboxes: { outbox: "the item chosen" },
    *main({ inbox }, { outbox }) {
      const iterator = items[Symbol.iterator]();
      let current = iterator.next();
      try {
        if (current.done !== true) outbox.send(current.value);
        while (yield inbox) {
          const choice = inbox.recv();
          if (choice === "NEXT") {
            if (current.done !== true) current = iterator.next();
            if (current.done === true) return;
          } else if (choice !== "SAME" || current.done === true) continue;
          outbox.send(current.value);
        }
      } finally {
        if (current.done !== true) iterator.return?.();
      }
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Sends these items, one each turn, then ends.
 *
 * @example
 * await Pipeline(Feed([1, 2, 3]), ConsoleEchoer()).run(); // 1, 2, 3
 */
export function Feed<T>(items: Iterable<T>): Component<{}, { outbox: T }> {
  return component(Feed, {
    outboxes: { outbox: "the items, one at a time" },
    *main(_, { outbox }) {
      for (const item of items) {
        outbox.send(item);
        if (!(yield)) return;
      }
    },
  });
}

/** Sends on what it receives. */
export function Echo<T = any>(): Component<{ inbox: T }, { outbox: T }> {
  return component(Echo, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

/** Puts what it receives at the end of a list. */
export function ToList<T = any>(list: T[]): Component<{ inbox: T }, {}> {
  return component(ToList, {
    inboxes: { inbox: "items to keep" },
    *main({ inbox }) {
      while (yield inbox) for (const item of inbox) list.push(item);
    },
  });
}

/** Sends on what it receives, and fails at the message for which `when` says so. */
export function Fails<T = any>(when: (message: T) => boolean = () => true): Component<{ inbox: T }, { outbox: T }> {
  return component(Fails, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) {
        const message = inbox.recv();
        if (when(message)) throw new RangeError(`cannot take ${String(message)}`);
        outbox.send(message);
      }
    },
  });
}

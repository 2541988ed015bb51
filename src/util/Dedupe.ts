// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/** What is the same. */
export interface DedupeOptions<T> {
  /** Messages with the same key are the same. Default: the message itself. */
  readonly key?: (message: T) => unknown;
}

/**
 * Sends on messages that are not the same as the one just before them. ({@link UnseenOnly} remembers more.)
 *
 * @example
 * await Pipeline(DataSource("aabbba"), Dedupe(), ConsoleEchoer()).run(); // aba
 */
export function Dedupe<T = any>({ key = (message) => message }: DedupeOptions<T> = {}): Component<{ inbox: T }, { outbox: T }> {
  return component(Dedupe, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "those that differ from the one before" },
    *main({ inbox }, { outbox }) {
      let before: unknown = NOTHING;
      while (yield inbox)
        for (const message of inbox) {
          const is = key(message);
          if (Object.is(is, before)) continue;
          before = is;
          outbox.send(message);
        }
    },
  });
}

const NOTHING = Symbol("nothing came before");

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/** What is the same, and how much is remembered. */
export interface UnseenOnlyOptions<T> {
  /** Messages with the same key are the same. Default: the message itself. */
  readonly key?: (message: T) => unknown;
  /** How many different messages are remembered at least, those seen last; at most it is twice as many. Default 100,000; Infinity for all. */
  readonly memory?: number;
}

/**
 * Sends on messages that have not been seen before. ({@link Dedupe} only compares with the one before.)
 *
 * @throws RangeError when the memory is not above 0
 * @example
 * await Pipeline(DataSource("abacab"), UnseenOnly(), ConsoleEchoer()).run(); // abc
 */
export function UnseenOnly<T = any>({ key = (message) => message, memory = 100_000 }: UnseenOnlyOptions<T> = {}): Component<
  { inbox: T },
  { outbox: T }
> {
  if (!(memory >= 1)) throw new RangeError(`Cannot remember ${memory} messages: give 1 or more, Infinity for all`);
  return component(UnseenOnly, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "those that are new" },
    *main({ inbox }, { outbox }) {
      // Two generations: when the young one has its number, it becomes the old one, and the old one is forgotten. One step for each message, always.
      let young = new Set<unknown>();
      let old = new Set<unknown>();
      while (yield inbox)
        for (const message of inbox) {
          const is = key(message);
          if (young.has(is)) continue;
          if (!old.has(is)) outbox.send(message);
          young.add(is);
          if (young.size < memory) continue;
          old = young;
          young = new Set();
        }
    },
  });
}

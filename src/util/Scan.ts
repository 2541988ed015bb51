// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Makes one thing of all messages, step by step, and sends it after each: a running sum, the state of a game. ({@link Reduce} sends only the last.)
 *
 * @param reduce makes the next result of the one before and a message. It must not change the one before: that has been sent
 * @param initial the result before the first message; it is not sent
 * @example
 * await Pipeline(DataSource([1, 2, 3]), Scan((sum, n: number) => sum + n, 0), ConsoleEchoer()).run(); // 1, 3, 6
 */
export function Scan<A = any, B = A>(reduce: (result: B, message: A) => B, initial: B): Component<{ inbox: A }, { outbox: B }> {
  return component(Scan, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "what became of all so far" },
    *main({ inbox }, { outbox }) {
      let result = initial;
      while (yield inbox)
        for (const message of inbox) {
          result = reduce(result, message);
          outbox.send(result);
        }
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Makes one thing of all messages, step by step, and sends it at the end of the data: a sum, a count, a table. ({@link Scan} sends each step.)
 *
 * @param reduce makes the next result of the one before and a message
 * @param initial the result before the first message, and if none comes
 * @example
 * await Pipeline(DataSource([1, 2, 3]), Reduce((sum, n: number) => sum + n, 0), ConsoleEchoer()).run(); // 6
 */
export function Reduce<A = any, B = A>(reduce: (result: B, message: A) => B, initial: B): Component<{ inbox: A }, { outbox: B }> {
  return component(Reduce, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "what became of all of them" },
    *main({ inbox }, { outbox }, self) {
      let result = initial;
      while (yield inbox) for (const message of inbox) result = reduce(result, message);
      if (!self.toldToStop) outbox.send(result);
    },
  });
}

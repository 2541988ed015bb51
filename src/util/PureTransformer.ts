// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Sends what a function makes of each message. For null and undefined nothing is sent.
 *
 * For transformers with a state or with options of their own, extend {@link Transformer}; for many messages of one there is {@link FlatMap}.
 *
 * @example
 * await Pipeline(ConsoleReader(), PureTransformer((line) => line.toUpperCase()), ConsoleEchoer()).run();
 */
export function PureTransformer<A = any, B = any>(transform: (message: A) => B): Component<{ inbox: A }, { outbox: NonNullable<B> }> {
  return component(PureTransformer, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "what became of them" },
    *main({ inbox }, { outbox }) {
      while (yield inbox)
        for (const message of inbox) {
          const result = transform(message);
          if (result !== undefined && result !== null) outbox.send(result);
        }
    },
  });
}

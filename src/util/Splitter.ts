// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { distribute, type SinkChange } from "./sinks.ts";

/**
 * Sends each message to its outbox, and to all the places that were added by {@link addsink} messages at "configuration" and not taken away by
 * {@link removesink}: {@link Plug} sends both for a component. All get the same object: look at it, do not change it.
 *
 * When one of them is full, the Splitter waits for it, and so does who sends to the Splitter: nothing is lost, and all get everything in order.
 * On producerFinished it sends what it has, and on shutdownMicroprocess it stops at once; those who were added with a `control` are told the same.
 *
 * @throws TypeError for a message at "configuration" that is neither
 * @example
 * const splitter = Splitter<string>();
 * Plug(splitter, ConsoleEchoer()).activate();
 * await Pipeline(ConsoleReader(), splitter, NullSink()).run(); // alpha beta gamma
 */
export function Splitter<T = any>(): Component<{ inbox: T; configuration: SinkChange<T> }, { outbox: T }> {
  return component(Splitter, {
    inboxes: { inbox: "what to copy", configuration: "where to: addsink(…), removesink(…)" },
    outboxes: { outbox: "the same messages" },
    *main({ inbox, configuration }, { outbox }, self) {
      yield* distribute(self, inbox, configuration, { outbox });
    },
  });
}

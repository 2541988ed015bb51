// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Takes everything, and does nothing with it. How many messages came is in its snapshot.
 *
 * @example
 * await Pipeline(ConsoleReader(), Tap(console.log), NullSink()).run(); // alpha beta gamma
 */
export function NullSink<T = any>(): Component<{ inbox: T }, {}> {
  return component(NullSink, {
    inboxes: { inbox: "messages for nobody" },
    *main({ inbox }) {
      while (yield inbox) for (const _message of inbox);
    },
  });
}

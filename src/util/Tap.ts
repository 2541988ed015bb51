// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Passes everything on, and shows it: each message to a function, if it is given one, and from "tap", if that is linked. It is the same object: look at it,
 * do not change it. Who reads "tap" slowly holds all, as any reader does; put a {@link LossyConnector} between if it is only to look on.
 *
 * To look at linkages of a system that runs without putting anything in, there is the function `tap` of `kamaelia/axon`.
 *
 * @throws whatever the function throws, as a failure
 * @example
 * await Pipeline(DataSource(["a", "b"]), Tap((word) => console.log(`now ${word}`)), NullSink()).run(); // now a now b
 */
export function Tap<T = any>(show: (message: T) => void = () => {}): Component<{ inbox: T }, { outbox: T; tap: T }> {
  return component(Tap, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages", tap: "the same messages, to look at" },
    *main({ inbox }, { outbox, tap }) {
      while (yield inbox) {
        for (const message of inbox) {
          show(message);
          if (tap.linked) tap.send(message);
          outbox.send(message);
        }
      }
    },
  });
}

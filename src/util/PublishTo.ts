// SPDX-License-Identifier: Apache-2.0
import { addOutbox, type Component, component } from "../axon/index.ts";
import { type BackplaneName, publishing } from "./backplaneName.ts";
import { reach } from "./search.ts";

/** How a PublishTo behaves. */
export interface PublishToOptions {
  /** Send each message from "outbox", too. Default false. */
  readonly forwarder?: boolean;
}

/**
 * Publishes what it receives on the {@link Backplane} of a name. While there is none, messages wait in its inbox, up to its bound; then who sends them is held.
 *
 * It ends on producerFinished, when all is published, and on shutdownMicroprocess; the Backplane goes on. Told that the data has ended while there is no
 * Backplane, it stays if messages wait for one.
 *
 * @example
 * Pipeline(SubscribeTo("news"), ConsoleEchoer()).activate();
 * Backplane("news").activate();
 * await Pipeline(ConsoleReader(), PublishTo("news")).run(); // alpha beta gamma
 */
export function PublishTo<T = any>(
  name: BackplaneName<T> | string,
  { forwarder = false }: PublishToOptions = {},
): Component<{ inbox: T }, { outbox: T }> {
  return component(PublishTo, {
    inboxes: { inbox: "what to publish" },
    outboxes: { outbox: "the same, if it is a forwarder" },
    *main({ inbox }, { outbox }, self) {
      const backplane = yield* reach(self, publishing(name), "_backplane", inbox);
      if (backplane === undefined) return;
      if (!forwarder) {
        self.link(inbox, backplane);
        yield inbox; // nothing comes here any more: it waits to be told that it is over
        return;
      }
      const published = addOutbox<T>(self, "_outbox", { doc: "to the Backplane" });
      self.link(published, backplane);
      while (yield inbox) {
        for (const message of inbox) {
          published.send(message);
          outbox.send(message);
        }
      }
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { type BackplaneName, publishing, subscribing } from "./backplaneName.ts";
import { checkCount } from "./checks.ts";
import { distribute, type SinkChange } from "./sinks.ts";

/** How a Backplane is made. */
export interface BackplaneOptions {
  /** How many messages are kept, the last ones, for those who subscribe later. Default 0. */
  readonly replay?: number;
}

/**
 * A place with a name, where anybody may publish ({@link PublishTo}) and anybody may subscribe ({@link SubscribeTo}): each message goes to all who subscribe,
 * in order. It is the same object for all of them: look at it, do not change it. The order in which the three start does not matter.
 *
 * A subscriber that is slower than what is published holds the publishers, unless it has chosen otherwise. What is published while nobody subscribes is kept
 * only as far as `replay` says. On producerFinished the Backplane sends what it has, and on shutdownMicroprocess it stops at once; either way its subscribers
 * are told the same. The ends of publishers and subscribers leave it alone. What is published after its end is dropped, and counted.
 *
 * @throws ServiceAlreadyExists when it runs, and there is a Backplane of this name in its system
 * @throws RangeError when replay is not a whole number from 0
 * @example
 * const NEWS = backplaneName<string>("news");
 * Backplane(NEWS, { replay: 1 }).activate();
 * Pipeline(SubscribeTo(NEWS), ConsoleEchoer()).activate();
 * await Pipeline(ConsoleReader(), PublishTo(NEWS)).run(); // alpha beta gamma
 */
export function Backplane<T = any>(
  name: BackplaneName<T> | string,
  { replay = 0 }: BackplaneOptions = {},
): Component<{ inbox: T; configuration: SinkChange<T> }, {}> {
  checkCount("keep messages for replay", replay);
  return component(Backplane, {
    inboxes: { inbox: "what is published", configuration: "who subscribes, and who no longer does: addsink(…), removesink(…)" },
    *main({ inbox, configuration }, _, self) {
      const { services } = self.system;
      services.registerService(subscribing(name), self, "configuration"); // first, so that who waits to subscribe hears what waits to be published
      services.registerService(publishing(name), self, "inbox");
      yield* distribute(self, inbox, configuration, { keep: replay });
    },
  });
}

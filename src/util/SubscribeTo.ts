// SPDX-License-Identifier: Apache-2.0
import { type Component, component, shutdownMicroprocess } from "../axon/index.ts";
import { type BackplaneName, subscribing, textOf } from "./backplaneName.ts";
import { checkCount, checkWord } from "./checks.ts";
import { lossily } from "./lossily.ts";
import { Subscription } from "./subscription.ts";

/** What becomes of messages that a subscriber has no room for. */
export type WhenFull = "hold" | "dropOldest" | "dropNewest" | "disconnect";

/** How to subscribe. */
export interface SubscribeToOptions {
  /**
   * What happens when the box that it sends to is full. "hold" (default): whoever publishes is held, and nothing is lost. "dropOldest", "dropNewest":
   * one message is dropped for each that comes. "disconnect": the subscription ends, with a shutdownMicroprocess that says so.
   */
  readonly whenFull?: WhenFull;
  /** How many messages wait here, besides those in the box that it sends to, before one is dropped, or the subscription ends. Default 128. */
  readonly buffer?: number;
  /** How many of the messages that the Backplane has kept come first, at most; unless it holds, at most `buffer`. Default: all. */
  readonly replay?: number;
}

/**
 * Sends on what is published on the {@link Backplane} of a name from now on, and what comes to its own inbox. While there is no Backplane, it waits for one.
 *
 * It ends when it is told to, and when the Backplane ends: then it passes on what ended that one.
 * What is dropped goes to "dropped"; if that is not linked, it is counted there: `subscriber.outboxes.dropped.drops`.
 *
 * @throws RangeError when buffer or replay is not a whole number from 0, or buffer is 0 for "dropOldest", and for any other `whenFull`
 * @example
 * Backplane("news").activate();
 * Pipeline(SubscribeTo("news", { whenFull: "dropOldest", buffer: 10 }), ConsoleEchoer()).activate();
 * await Pipeline(DataSource(["a", "b"]), PublishTo("news")).run(); // ab
 */
export function SubscribeTo<T = any>(
  name: BackplaneName<T> | string,
  { whenFull = "hold", buffer = 128, replay = Infinity }: SubscribeToOptions = {},
): Component<{ inbox: T }, { outbox: T; dropped: T }> {
  checkWord("subscribe", "whenFull", whenFull, ["hold", ...Object.keys(DROPS)]);
  checkCount("keep messages for a slow reader", buffer, whenFull === "dropOldest" ? 1 : 0);
  checkCount("ask for messages", replay);
  return component(SubscribeTo, {
    inboxes: { inbox: "sent on, too" },
    outboxes: { outbox: "what is published", dropped: "what there was no room for" },
    *main({ inbox }, { outbox, dropped }, self) {
      const holds = whenFull === "hold";
      const subscription = new Subscription<T>(self, subscribing(name), {
        sink: holds ? outbox : inbox,
        replay: holds ? replay : Math.min(replay, buffer),
      });
      try {
        if (holds) {
          while (yield subscription.or(inbox)) {
            subscription.begin();
            for (const message of inbox) outbox.send(message);
          }
          return;
        }
        const gaveUp = yield* lossily(
          self,
          { inbox, outbox, dropped },
          { buffer, drop: DROPS[whenFull], look: () => subscription.begin() },
        );
        if (gaveUp) self.stop(shutdownMicroprocess(`Disconnected from backplane "${textOf(name)}": more than ${buffer} messages waited`));
      } finally {
        subscription.end();
      }
    },
  });
}

const DROPS = { dropOldest: "oldest", dropNewest: "newest", disconnect: "end" } as const;

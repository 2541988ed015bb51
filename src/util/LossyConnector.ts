// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { checkCount, checkWord } from "./checks.ts";
import { lossily } from "./lossily.ts";

/** What a LossyConnector keeps, and what it drops. */
export interface LossyConnectorOptions {
  /** How many messages wait here, besides those in the box that it sends to. Default 0; 1 for "oldest". */
  readonly buffer?: number;
  /** Which message goes when one too many comes: the "newest" (default), or the "oldest" of those that wait here. */
  readonly drop?: "newest" | "oldest";
}

/**
 * Passes messages on, and drops what comes while the box that it sends to is full: whoever sends to it is never held. What is dropped goes to "dropped";
 * if that is not linked, it is counted there: `lossy.outboxes.dropped.drops`. (Who reads "dropped" has to be fast, though: it is waited for.)
 *
 * @throws RangeError when buffer is not a whole number from 0, or from 1 if the oldest is to be dropped, and when `drop` is neither
 * @example
 * // The picture may jerk, but it is never late.
 * Pipeline.with({ boxSize: 1 })(Camera(), LossyConnector(), Screen());
 */
export function LossyConnector<T = any>({ drop = "newest", buffer = drop === "newest" ? 0 : 1 }: LossyConnectorOptions = {}): Component<
  { inbox: T },
  { outbox: T; dropped: T }
> {
  checkWord("drop messages", "drop", drop, ["newest", "oldest"]);
  checkCount(`keep messages and drop the ${drop}`, buffer, drop === "newest" ? 0 : 1);
  return component(LossyConnector, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "those for which there is room", dropped: "those for which there is none" },
    *main({ inbox }, outboxes, self) {
      yield* lossily(self, { inbox, ...outboxes }, { buffer, drop });
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import { checkLoss, lossModel } from "./loss.ts";
import { checkSeed, randomOf, type SeedOptions } from "./seeded.ts";

/**
 * Loses messages in bursts: the model of Gilbert (1960) and Elliott (1963), in the order of Linux's netem, so that results compare. All are probabilities for
 * each message. With the defaults of the last two, bursts are 1 / r messages long on average, and p / (p + r) of all messages are lost.
 *
 * @param p that it becomes bad
 * @param r that it becomes good again. Default: 1 - p, which makes losses independent
 * @param oneMinusH that a message is lost while it is bad (netem's 1-h). Default 1
 * @param oneMinusK that a message is lost while it is good (netem's 1-k). Default 0
 * @throws RangeError for what is no probability
 * @example
 * Pipeline(Sender(), GilbertElliott(0.01, 0.3), Receiver()); // loses 3.2 %, 3.3 in a row on average
 */
export function GilbertElliott<T = any>(
  p: number,
  r: number = 1 - p,
  oneMinusH: number = 1,
  oneMinusK: number = 0,
  { seed }: SeedOptions = {},
): Component<{ inbox: T }, { outbox: T }> {
  const gemodel = [p, r, oneMinusH, oneMinusK] as const;
  checkLoss({ gemodel });
  checkSeed("lose in bursts", seed);
  return component(GilbertElliott, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "those that are not lost" },
    *main({ inbox }, { outbox }, self) {
      const model = lossModel({ gemodel }, randomOf(self, seed));
      while (yield inbox) for (const message of inbox) if (model?.lost() !== true) outbox.send(message);
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, sleep } from "../axon/index.ts";

/** When a {@link ResettableSender} sends, and what. */
export interface ResettableSenderOptions<T = any> {
  /** Milliseconds. Default 5000. */
  readonly timeout?: number;
  /** What it sends. Default "NEXT". */
  readonly message?: T;
}

/**
 * Sends its message once nothing has come to its inbox for so long, and ends. Any message to its inbox starts the time anew.
 *
 * @throws RangeError for a time that there cannot be
 * @example
 * const sends = ResettableSender({ timeout: 2000, message: "nobody said anything for two seconds" });
 */
export function ResettableSender<T = any>(options: ResettableSenderOptions<T> = {}): Component<{ inbox: unknown }, { outbox: T | "NEXT" }> {
  const { timeout = 5000, message = "NEXT" } = options;
  if (!(timeout >= 0)) throw new RangeError(`Cannot wait ${timeout} ms for silence: give 0 or more`);
  const silence = sleep(timeout);
  return component(ResettableSender, {
    inboxes: { inbox: "any message starts the time anew" },
    outboxes: { outbox: "the message, when the time is over" },
    *main({ inbox }, { outbox }) {
      while (yield anyOf(inbox, silence)) {
        if (inbox.length === 0) {
          outbox.send(message);
          return;
        }
        for (const _ of inbox);
      }
    },
  });
}

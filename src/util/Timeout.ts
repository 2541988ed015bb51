// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, producerFinished, sleep } from "../axon/index.ts";
import { checkWord } from "./checks.ts";

/** What a Timeout waits for, and what it does then. */
export interface TimeoutOptions {
  /** Milliseconds without a message that are too long. */
  readonly after: number;
  /** Milliseconds that the first message may take. Default: as long as the others. */
  readonly first?: number;
  /**
   * "fail": it fails, and so does the system unless somebody handles it. "end": it ends, and says so with a producerFinished. "tell": it sends a message to
   * "timeout", once for each silence, and goes on. Default "fail".
   */
  readonly action?: "fail" | "end" | "tell";
}

/**
 * Sends messages on, and notices when none comes for too long. While it is held because the receiver has no room, no time passes for it.
 *
 * @throws RangeError for a time that is not above 0, and for any other action
 * @throws Error as a failure, when nothing came and it is to fail
 * @example
 * await Pipeline(ConsoleReader(), Timeout({ after: 60_000, action: "end" }), ConsoleEchoer()).run();
 */
export function Timeout<T = any>({
  after,
  first = after,
  action = "fail",
}: TimeoutOptions): Component<{ inbox: T }, { outbox: T; timeout: number }> {
  if (!(after > 0 && first > 0)) throw new RangeError(`Cannot wait for a message for ${Math.min(after, first)} ms: give more than 0`);
  checkWord("wait for messages", "action", action, ["fail", "end", "tell"]);
  return component(Timeout, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages", timeout: "that none came for so many milliseconds" },
    *main({ inbox }, { outbox, timeout }, self) {
      let patience = first;
      let isTold = false;
      while (yield isTold ? inbox : anyOf(inbox, sleep(patience))) {
        if (inbox.length > 0) {
          for (const message of inbox) outbox.send(message);
          patience = after;
          isTold = false;
          continue;
        }
        const fault = `no message came for ${patience} ms`;
        if (action === "fail") throw new Error(`Cannot wait any longer: ${fault}`);
        if (action === "end") {
          self.stop(producerFinished(fault));
          return;
        }
        timeout.send(patience);
        isTold = true;
      }
    },
  });
}

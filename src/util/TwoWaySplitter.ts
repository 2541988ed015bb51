// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Shutdown } from "../axon/index.ts";

/**
 * Sends each message from both its outboxes, and what ends it from "signal" and "signal2". Both get the same object: look at it, do not change it.
 * When one of the two is full, it waits for that one: nothing is lost, and both get everything in order.
 *
 * @example
 * await Graphline({
 *   components: { LINES: ConsoleReader(), BOTH: TwoWaySplitter<string>(), SCREEN: ConsoleEchoer(), NOBODY: NullSink() },
 *   linkages: {
 *     "LINES.outbox": "BOTH.inbox",
 *     "LINES.signal": "BOTH.control",
 *     "BOTH.outbox": "SCREEN.inbox",
 *     "BOTH.signal": "SCREEN.control",
 *     "BOTH.outbox2": "NOBODY.inbox",
 *     "BOTH.signal2": "NOBODY.control",
 *   },
 * }).run(); // alpha beta gamma
 */
export function TwoWaySplitter<T = any>(): Component<{ inbox: T }, { outbox: T; outbox2: T; signal2: Shutdown }> {
  return component(TwoWaySplitter, {
    inboxes: { inbox: "what to copy" },
    outboxes: { outbox: "the same messages", outbox2: "the same messages", signal2: "the same as signal" },
    *main({ inbox }, { outbox, outbox2, signal2 }, self) {
      while (yield inbox) {
        for (const message of inbox) {
          outbox.send(message);
          outbox2.send(message);
        }
      }
      if (self.shutdown !== undefined && signal2.linked) signal2.send(self.shutdown);
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component, sleep } from "../axon/index.ts";
import { type ByteRateOptions, Requests } from "./requests.ts";

/**
 * Asks for data at a fixed rate: each message is how many items are wanted now, always a whole number. With a rate of 100 and 3 chunks a second that is
 * 33, 33 and 34: nothing drifts. The first request is sent at once; requests that are late are made good.
 *
 * Its control is usually linked to the signal of whom it asks, so that it ends when there is no more.
 *
 * @throws RangeError for a rate or chunk that is not above 0, and when both chunkSize and chunkRate are given
 * @example
 * Graphline({
 *   components: { CONTROL: ByteRate_RequestControl({ rate: 1000, chunkSize: 32 }), READER: PromptedFileReader("myfile") },
 *   linkages: {
 *     "CONTROL.outbox": "READER.inbox",
 *     "READER.outbox": "self.outbox",
 *     "self.control": "READER.control",
 *     "READER.signal": "CONTROL.control",
 *     "CONTROL.signal": "self.signal",
 *   },
 * });
 */
export function ByteRate_RequestControl(options: ByteRateOptions = {}): Component<{}, { outbox: number }> {
  new Requests(options); // so that a fault in them is found where they are given
  return component(ByteRate_RequestControl, {
    outboxes: { outbox: "how many items are wanted now" },
    *main(_, { outbox }, self) {
      const { clock } = self.system;
      const requests = new Requests(options);
      requests.start(clock.now());
      let isHeld: boolean;
      do isHeld = requests.send(outbox, clock.now());
      while (yield isHeld ? undefined : sleep(Math.max(0, requests.wait(clock.now()))));
    },
  });
}

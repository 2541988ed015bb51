// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, sleep } from "../axon/index.ts";
import { type ByteRateOptions, Requests } from "./requests.ts";

/**
 * Asks for data at a rate that can be changed while it runs: like {@link ByteRate_RequestControl}, and a number that comes to "inbox" is the new rate, in
 * items per second, from that moment on. The chunks stay as large as they were. What was due by then is neither lost nor asked for twice; with a rate of 0
 * nothing is asked for until there is another.
 *
 * @throws RangeError for a rate or chunk that is not above 0, and when both chunkSize and chunkRate are given; as a failure for a new rate below 0
 * @example
 * Graphline({
 *   components: { CONTROL: VariableByteRate_RequestControl({ rate: 1000, chunkSize: 32 }), READER: PromptedFileReader("myfile") },
 *   linkages: { "self.inbox": "CONTROL.inbox", "CONTROL.outbox": "READER.inbox", "READER.outbox": "self.outbox", "READER.signal": "CONTROL.control" },
 * });
 */
export function VariableByteRate_RequestControl(options: ByteRateOptions = {}): Component<{ inbox: number }, { outbox: number }> {
  new Requests(options); // so that a fault in them is found where they are given
  return component(VariableByteRate_RequestControl, {
    inboxes: { inbox: "a new rate, in items per second" },
    outboxes: { outbox: "how many items are wanted now" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      const requests = new Requests(options);
      requests.start(clock.now());
      let isHeld: boolean;
      do {
        for (const rate of inbox) requests.change(rate, clock.now());
        isHeld = requests.send(outbox, clock.now());
      } while (yield isHeld ? undefined : anyOf(inbox, sleep(Math.max(0, requests.wait(clock.now())))));
    },
  });
}

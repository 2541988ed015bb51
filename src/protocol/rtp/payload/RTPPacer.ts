// SPDX-License-Identifier: Apache-2.0
import { component, type Component, sleep } from "../../../axon/index.ts";
import type { RTPContent } from "../packet.ts";

/** How fast. */
export interface RTPPacerOptions {
  /** Units of the timestamp in a second. Default 90000. */
  readonly clockRate?: number;
  /** Milliseconds by which a timestamp may be ahead of the one before, or behind; at a larger jump time begins anew. Default 5000. */
  readonly maxJump?: number;
}

/**
 * Sends each content when its timestamp says so, counted from the first one: this is what makes a stream of a file. It does not drift.
 * The first content after a jump, or after a time in which nothing came, goes at once.
 *
 * @throws RangeError for rates and times that are not above 0
 * @example
 * const contents = [0, 4000, 8000].map((timestamp) => ({ payloadtype: 0, payload: Buffer.from("x"), timestamp, ssrc: 1 }));
 * const clock = new VirtualClock();
 * await drive(RTPPacer({ clockRate: 8000 }), { inbox: contents }, { clock });
 * clock.now(); // 1000
 */
export function RTPPacer({ clockRate = 90_000, maxJump = 5000 }: RTPPacerOptions = {}): Component<
  { inbox: RTPContent },
  { outbox: RTPContent }
> {
  if (!(clockRate > 0 && maxJump > 0))
    throw new RangeError(`Cannot pace at ${clockRate} Hz, with jumps of ${maxJump} ms: both have to be above 0`);
  return component(RTPPacer, {
    inboxes: { inbox: "what to send" },
    outboxes: { outbox: "the same, each in its time" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      /** When the last one was due, and its timestamp. */
      let due = -Infinity;
      let last = 0;
      while (yield inbox) {
        const content = inbox.recv();
        const ahead = (((content.timestamp - last) | 0) * 1000) / clockRate; // modulo 2^32
        due += ahead;
        last = content.timestamp;
        if (Math.abs(ahead) > maxJump || due < clock.now() - maxJump) due = clock.now();
        const wait = due - clock.now(); // asked once: time passes between two looks at the clock
        if (wait > 0) yield sleep(wait);
        if (self.toldToStop) return;
        outbox.send(content);
      }
    },
  });
}

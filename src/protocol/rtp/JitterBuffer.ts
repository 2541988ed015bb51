// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import type { Gap } from "../RecoverOrder.ts";
import { Reordering } from "../reordering.ts";
import { Playout } from "./playout.ts";
import type { Received } from "./session.ts";

/** How long packets wait. */
export interface JitterBufferOptions {
  /** Units of the timestamp in a second. Default 90000. */
  readonly clockRate?: number;
  /** Milliseconds that a packet waits on the average, at least. Default 20. */
  readonly minimum?: number;
  /** The same at most: what comes later is dropped. Default 500. */
  readonly maximum?: number;
  /** Packets that wait at the same time at most; more, and the first goes at once. Default 1000. */
  readonly size?: number;
}

/**
 * Gives packets of one source of an {@link RTPSession} back the pace at which they were sent, and their order: each waits until its time has come.
 * How long that is follows what the network does: no longer than necessary, as long as most packets come in time.
 * What comes too late, or again, goes to "late"; numbers that did not come in time are told on "gaps". At the end of the data what waits is still played in its time.
 *
 * @throws RangeError for rates, times and sizes that are none
 * @example
 * Graphline({
 *   components: { SESSION: RTPSession({ clockRate: 8000 }), BUFFER: JitterBuffer({ clockRate: 8000 }), PLAY: NullSink() },
 *   linkages: { "SESSION.outbox": "BUFFER.inbox", "BUFFER.outbox": "PLAY.inbox" },
 * });
 */
export function JitterBuffer({ clockRate = 90_000, minimum = 20, maximum = 500, size = 1000 }: JitterBufferOptions = {}): Component<
  { inbox: Received },
  { outbox: Received; late: Received; gaps: Gap }
> {
  if (!(clockRate > 0)) throw new RangeError(`Cannot tell the time of packets at ${clockRate} Hz: give more than 0`);
  if (!(minimum >= 0 && maximum >= minimum))
    throw new RangeError(`Cannot hold packets for ${minimum} to ${maximum} ms: give times in this order`);
  if (!(size >= 1)) throw new RangeError(`Cannot hold ${size} packets: give 1 or more`);
  return component(JitterBuffer, {
    inboxes: { inbox: "what came" },
    outboxes: { outbox: "the same, when its time has come", late: "what came too late, or again", gaps: "numbers that did not come" },
    *main({ inbox }, { outbox, late, gaps }, self) {
      const now = (): number => self.system.clock.now() / 1000;
      const playout = new Playout(clockRate, minimum / 1000, maximum / 1000);
      const waiting = new Reordering<Received>(2 ** 32);
      const due = (): number => (waiting.first === undefined ? Infinity : playout.due(waiting.first[1].content.timestamp));
      const play = (): void => {
        const { message, gap } = waiting.take();
        if (gap !== undefined) gaps.send(gap);
        outbox.send(message[1]);
      };
      for (;;) {
        const more = yield anyOf(inbox, sleep(Math.max(0, (due() - now()) * 1000)));
        if (!more && inbox.length === 0) break;
        for (const packet of inbox) {
          const { timestamp, marker } = packet.content;
          playout.packet(timestamp, marker, now());
          if (!waiting.add([packet.sequence, packet], now())) late.send(packet);
          else if (waiting.length > size) play();
        }
        while (due() <= now() + 1e-6) play();
      }
      while (waiting.length > 0 && !self.toldToStop) {
        yield sleep(Math.max(0, (due() - now()) * 1000));
        if (!self.toldToStop) play();
      }
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import type { Gap } from "../RecoverOrder.ts";
import { Buffering } from "./buffering.ts";
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
  /** Milliseconds without a packet from which on a source has fallen silent, so that another one is played. Default 500. */
  readonly silence?: number;
}

/**
 * Gives packets of one source of an {@link RTPSession} back the pace at which they were sent, and their order: each waits until its time has come.
 * How long that is follows what the network does: no longer than necessary, as long as most packets come in time.
 * What comes too late, or again, goes to "late"; numbers that did not come in time are told on "gaps". At the end of the data what waits is still played in its time.
 *
 * When the source begins anew, or is silent and another one is there, what waits goes at once, and it begins anew, too; until then packets of others are held, or
 * go to "late". For several sources at a time, a GroupBy makes a JitterBuffer for each.
 *
 * @throws RangeError for rates, times and sizes that are none
 * @example
 * Graphline({
 *   components: { SESSION: RTPSession({ clockRate: 8000 }), BUFFER: JitterBuffer({ clockRate: 8000 }), PLAY: NullSink() },
 *   linkages: { "SESSION.outbox": "BUFFER.inbox", "BUFFER.outbox": "PLAY.inbox" },
 * });
 */
export function JitterBuffer({
  clockRate = 90_000,
  minimum = 20,
  maximum = 500,
  size = 1000,
  silence = 500,
}: JitterBufferOptions = {}): Component<{ inbox: Received }, { outbox: Received; late: Received; gaps: Gap }> {
  if (!(clockRate > 0)) throw new RangeError(`Cannot tell the time of packets at ${clockRate} Hz: give more than 0`);
  if (!(minimum >= 0 && maximum >= minimum))
    throw new RangeError(`Cannot hold packets for ${minimum} to ${maximum} ms: give times in this order`);
  if (!(size >= 1)) throw new RangeError(`Cannot hold ${size} packets: give 1 or more`);
  if (!(silence >= 0)) throw new RangeError(`Cannot take a source for silent after ${silence} ms: give 0 or more`);
  return component(JitterBuffer, {
    inboxes: { inbox: "what came" },
    outboxes: { outbox: "the same, when its time has come", late: "what came too late, or again", gaps: "numbers that did not come" },
    *main({ inbox }, { outbox, late, gaps }, self) {
      const { clock } = self.system;
      const buffering = new Buffering(
        { clockRate, minimum, maximum, size, silence },
        { play: (packet) => outbox.send(packet), late: (packet) => late.send(packet), gap: (gap) => gaps.send(gap) },
      );
      for (;;) {
        const more = yield anyOf(inbox, sleep(Math.max(0, buffering.next - clock.now())));
        if (!more && inbox.length === 0) break;
        for (const packet of inbox) buffering.take(packet, clock.now());
        buffering.look(clock.now());
      }
      if (!self.toldToStop) buffering.end();
      while (buffering.due < Infinity && !self.toldToStop) {
        yield sleep(Math.max(0, buffering.due - clock.now()));
        if (!self.toldToStop) buffering.play();
      }
    },
  });
}

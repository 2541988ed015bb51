// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import { type Followed, MOST_HELD, OneSource } from "./oneSource.ts";
import type { RTPParsed } from "./packet.ts";
import { MAX_MISORDER, PROOF } from "./sequence.ts";

/** When another source is followed. */
export interface RTPSourceOptions {
  /** Milliseconds without a packet from which on a source has fallen silent. Default 500. */
  readonly silence?: number;
  /** Packets of another source that are held back at most, until the present one is silent; the oldest are dropped. 2 to 10000, default 1000. */
  readonly limit?: number;
  /**
   * How many numbers behind the highest one a packet may be; one further behind is that of a sender that has begun anew. Behind an RTPFECDecoder more than
   * its matrix has packets. 1 to 10000, default 100, as in RFC 3550.
   */
  readonly misorder?: number;
}

/** A packet as an RTPDeframer sends it. */
type Packet = readonly [sequence: number, content: RTPParsed];

/**
 * Follows one source among the packets of an {@link RTPDeframer}, so that a stray or forged packet does no harm. Two packets with numbers in a row make a source
 * credible (RFC 3550, section A.1): until then they are held back, and none is lost. Another source is followed when the one before has fallen silent: from its
 * first packet on. A sender that begins anew with the same SSRC is followed at once.
 *
 * The numbers do not wrap around at 2^16, but at 2^32, and count on from one source to the next, with one left out between them: a RecoverOrder behind it and the
 * depacketisers behind that go on. What is not of the source goes to "others". At the end, what may be the next source is believed, even a single first packet.
 * Packets of several sources at a time are the business of an {@link RTPSession}.
 *
 * @throws RangeError for times and limits that are none
 * @example
 * await Pipeline(RTPDeframer(), RTPSource(), RecoverOrder<RTPParsed>({ timeout: 200 }), TSDepacketiser(), SimpleFileWriter("film.ts")).run(); // until it is stopped
 */
export function RTPSource({ silence = 500, limit = 1000, misorder = MAX_MISORDER }: RTPSourceOptions = {}): Component<
  { inbox: Packet },
  { outbox: Packet; others: Packet }
> {
  if (!(silence >= 0)) throw new RangeError(`Cannot take a source for silent after ${silence} ms: give 0 or more`);
  if (!(limit >= 2 && limit <= MOST_HELD)) throw new RangeError(`Cannot hold ${limit} packets back: give 2 to ${MOST_HELD}`);
  if (!(misorder >= 1 && misorder <= MOST_HELD))
    throw new RangeError(`Cannot take packets that are ${misorder} behind: give 1 to ${MOST_HELD}`);
  return component(RTPSource, {
    inboxes: { inbox: "[number, what is in the packet]" },
    outboxes: { outbox: "[number, 32 bit, what is in the packet] of one source at a time", others: "packets of others" },
    *main({ inbox }, { outbox, others }, self) {
      const { clock } = self.system;
      const one = new OneSource<Packet>({ proof: PROOF, silence, limit, misorder });
      const refused = (packet: Packet): void => others.send(packet);
      const pass = (packets: readonly Followed<Packet>[]): void => {
        for (const { number, message } of packets) outbox.send([number >>> 0, message[1]]);
      };
      while (yield anyOf(inbox, sleep(Math.max(0, one.due - clock.now())))) {
        for (const message of inbox) {
          const [sequence, { ssrc }] = message;
          pass(one.take({ ssrc, sequence, message }, clock.now(), refused));
        }
        pass(one.look(clock.now(), refused));
      }
      if (!self.toldToStop) pass(one.end(refused));
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../../axon/index.ts";
import type { Malformed } from "../../framing/index.ts";
import type { RTPContent } from "../packet.ts";
import { checkPacketiser, type PacketiserOptions } from "./arrived.ts";
import { TSSync } from "./tsSync.ts";
import { type TimedTSPacket, TS_PACKET, TSTimeline } from "./tsTimeline.ts";

/** How a transport stream is cut, and how fast it is. */
export interface TSPacketiserOptions extends PacketiserOptions {
  /** Packets of the stream in one of RTP; the last one may have fewer. Default 7, which fits into an Ethernet frame. */
  readonly packets?: number;
  /** Bits per second. Default: what the clock references in the stream say. */
  readonly bitrate?: number;
}

/**
 * Puts an MPEG transport stream into RTP packets (RFC 2250, section 2; payload type 33), wherever its messages are cut. Timestamps, 90000 a second from 0 on,
 * come from the clock references (PCR) of the stream; until there are two, from a rate of 1 Mbit/s. The marker says that the clock has jumped.
 * To send at that pace, an {@link RTPPacer} follows. Bytes that are in no packet of the stream go to "malformed".
 *
 * @throws RangeError for numbers and rates that are not above 0, and what RTP cannot say
 * @example
 * const film = SimpleReader("film.mpegts", { readMode: "bytes" });
 * const send = UDPSender({ receiverAddress: "127.0.0.1", receiverPort: 5004 });
 * await Pipeline(film, TSPacketiser(), RTPPacer(), RTPFramer(), send).run(); // until it is stopped
 */
export function TSPacketiser({ packets = 7, bitrate, ssrc, payloadtype = 33 }: TSPacketiserOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: RTPContent; malformed: Malformed }
> {
  checkPacketiser("send a transport stream", { payloadtype, ssrc: ssrc ?? 0 });
  if (!(Number.isInteger(packets) && packets > 0))
    throw new RangeError(`Cannot put ${packets} packets into one: give a whole number above 0`);
  if (bitrate !== undefined && !(bitrate > 0))
    throw new RangeError(`Cannot tell the time from ${bitrate} bits per second: give more than 0`);
  return component(TSPacketiser, {
    inboxes: { inbox: "a transport stream" },
    outboxes: { outbox: "what to send", malformed: "bytes that are in no packet" },
    *main({ inbox }, { outbox, malformed }, self) {
      const source = ssrc ?? self.system.random.integer(2 ** 32);
      const sync = new TSSync();
      const step = (TS_PACKET * 8 * 90_000) / (bitrate ?? 1_000_000);
      const timeline = bitrate === undefined ? new TSTimeline(step) : new ConstantTimeline(step);
      const skipped = (bytes: Uint8Array): void =>
        malformed.send({ bytes, reason: `Cannot find packets of a transport stream in ${bytes.length} bytes` });
      let group: TimedTSPacket[] = [];
      const send = (): void => {
        const payload = new Uint8Array(group.length * TS_PACKET);
        for (const [n, { bytes }] of group.entries()) payload.set(bytes, n * TS_PACKET);
        const { time, jump } = group[0]!;
        outbox.send({ payloadtype, payload, timestamp: Math.round(time) % 2 ** 32, ssrc: source, marker: jump });
        group = [];
      };
      const add = (timed: readonly TimedTSPacket[]): void => {
        for (const one of timed) {
          if (one.jump && group.length > 0) send();
          if (group.push(one) === packets) send();
        }
      };
      while (yield inbox) for (const bytes of inbox) for (const packet of sync.push(bytes, skipped)) add(timeline.push(packet));
      if (self.toldToStop) return;
      for (const packet of sync.flush(skipped)) add(timeline.push(packet));
      add(timeline.flush());
      if (group.length > 0) send();
    },
  });
}

/** When all packets take the same time. */
class ConstantTimeline {
  #count = 0;
  readonly #step: number;

  constructor(step: number) {
    this.#step = step;
  }

  push(bytes: Uint8Array): readonly TimedTSPacket[] {
    return [{ bytes, time: this.#count++ * this.#step, jump: false }];
  }

  flush(): readonly TimedTSPacket[] {
    return [];
  }
}

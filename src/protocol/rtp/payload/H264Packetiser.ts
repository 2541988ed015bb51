// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../../axon/index.ts";
import type { RTPContent } from "../packet.ts";
import { checkPacketiser, type PacketiserOptions } from "./arrived.ts";
import { type AccessUnit, NAL } from "./nalUnits.ts";

/** How large packets may be. */
export interface H264PacketiserOptions extends PacketiserOptions {
  /** Bytes of a payload at most. Default 1400. */
  readonly maxSize?: number;
}

/**
 * Puts H.264 pictures into RTP packets (RFC 6184, packetization-mode 1): small NAL units together (STAP-A), large ones in pieces (FU-A), others as they are.
 * The marker is on the last packet of a picture. The payload type, which a description has to explain as `H264/90000` with `packetization-mode=1`, is 96 unless it is told otherwise.
 *
 * @throws RangeError for a size below 16, and what RTP cannot say
 * @example
 * const nals = ["6742", "68ce", "6588840102030405060708090a0b0c0d0e0f"].map((hex) => Buffer.from(hex, "hex"));
 * const { outbox } = await drive(H264Packetiser({ maxSize: 16 }), { inbox: [{ nals, timestamp: 0 }] });
 * console.log(outbox.map(({ payload }) => payload[0]! & 31)); // [24, 28, 28]
 */
export function H264Packetiser({ maxSize = 1400, ssrc, payloadtype = 96 }: H264PacketiserOptions = {}): Component<
  { inbox: AccessUnit },
  { outbox: RTPContent }
> {
  checkPacketiser("send H.264", { payloadtype, ssrc: ssrc ?? 0 });
  if (!(maxSize >= 16)) throw new RangeError(`Cannot send H.264 in packets of ${maxSize} bytes: give 16 or more`);
  return component(H264Packetiser, {
    inboxes: { inbox: "pictures" },
    outboxes: { outbox: "what to send" },
    *main({ inbox }, { outbox }, self) {
      const source = ssrc ?? self.system.random.integer(2 ** 32);
      while (yield inbox) {
        for (const { nals, timestamp } of inbox) {
          const payloads = payloadsOf(nals, Math.floor(maxSize));
          for (const [n, payload] of payloads.entries()) {
            outbox.send({ payloadtype, payload, timestamp, ssrc: source, marker: n === payloads.length - 1 });
          }
        }
      }
    },
  });
}

/** Puts units together as long as there is room. */
function payloadsOf(nals: readonly Uint8Array[], maxSize: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let group: Uint8Array[] = [];
  let size = 1;
  const finish = (): void => {
    if (group.length > 0) payloads.push(group.length === 1 ? group[0]! : together(group, size));
    group = [];
    size = 1;
  };
  for (const nal of nals) {
    if (nal.length === 0) continue;
    if (size + 2 + nal.length > maxSize) finish();
    if (nal.length > maxSize) payloads.push(...pieces(nal, maxSize));
    else {
      group.push(nal);
      size += 2 + nal.length;
    }
  }
  finish();
  return payloads;
}

/** STAP-A: RFC 6184, section 5.7.1. As important as the most important of them, as damaged as the most damaged. */
function together(nals: readonly Uint8Array[], size: number): Uint8Array {
  const payload = new Uint8Array(size);
  let importance = 0;
  let damaged = 0;
  let at = 1;
  for (const nal of nals) {
    importance = Math.max(importance, nal[0]! & 0x60);
    damaged |= nal[0]! & 0x80;
    payload[at] = nal.length >> 8;
    payload[at + 1] = nal.length;
    payload.set(nal, at + 2);
    at += 2 + nal.length;
  }
  payload[0] = damaged | importance | NAL.STAP_A;
  return payload;
}

/** FU-A: RFC 6184, section 5.8. The unit's first byte is spread over the first two of each piece. */
function pieces(nal: Uint8Array, maxSize: number): Uint8Array[] {
  const list: Uint8Array[] = [];
  for (let at = 1; at < nal.length; at += maxSize - 2) {
    const part = nal.subarray(at, at + maxSize - 2);
    const payload = new Uint8Array(2 + part.length);
    payload[0] = (nal[0]! & 0xe0) | NAL.FU_A;
    payload[1] = (at === 1 ? 0x80 : 0) | (at + part.length === nal.length ? 0x40 : 0) | (nal[0]! & 0x1f);
    payload.set(part, 2);
    list.push(payload);
  }
  return list;
}

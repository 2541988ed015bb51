// SPDX-License-Identifier: Apache-2.0
import { ITEMS, type ReportBlock, type RTCPPacket, type SourceDescription } from "./packets.ts";

const REPORT = 24;

/**
 * Reads a compound packet of RTCP, and checks it as RFC 3550 says (section A.2): the first one is a report, the lengths add up.
 *
 * @param reduced takes packets that do not begin with a report, too (RFC 5506)
 * @returns the packets, or in words why it is none. Data is a part of the bytes given, not a copy
 */
export function parseRTCP(bytes: Uint8Array, { reduced = false }: { readonly reduced?: boolean } = {}): readonly RTCPPacket[] | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const packets: RTCPPacket[] = [];
  if (bytes.length < 4) return `it has ${bytes.length} bytes, and the header 4`;
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < 4) return `${bytes.length - at} bytes are left at its end`;
    const first = bytes[at]!;
    const type = bytes[at + 1]!;
    if (first >> 6 !== 2) return `the version at ${at} is ${first >> 6}, not 2`;
    if (at === 0 && !reduced && type !== 200 && type !== 201) return `it begins with a packet of type ${type}, not with a report`;
    const end = at + 4 + 4 * view.getUint16(at + 2);
    if (end > bytes.length) return `the packet at ${at} is cut off`;
    const padding = (first & 0x20) === 0 ? 0 : bytes[end - 1]!;
    if ((first & 0x20) !== 0 && (end !== bytes.length || padding === 0 || padding % 4 !== 0 || padding > end - at - 4)) {
      return `the padding at ${at} is not one that may be`;
    }
    const packet = readBody(bytes, view, at + 4, end - padding, type, first & 0x1f);
    if (typeof packet === "string") return `the packet at ${at} ${packet}`;
    packets.push(packet);
    at = end;
  }
  return packets;
}

function readBody(bytes: Uint8Array, view: DataView, start: number, end: number, type: number, count: number): RTCPPacket | string {
  const least = [28 - 4 + REPORT * count, 4 + REPORT * count, 0, 4 * count, 8, 8, 8][type - 200] ?? 0;
  if (end - start < least) return `has ${end - start} bytes, and needs ${least}`;
  const word = (n: number): number => view.getUint32(start + 4 * n);
  const rest = (from: number): Uint8Array => bytes.subarray(start + from, end);
  switch (type) {
    case 200:
      return {
        type: "SR",
        ssrc: word(0),
        ntp: view.getBigUint64(start + 4),
        rtp: word(3),
        packets: word(4),
        octets: word(5),
        reports: readReports(view, start + 24, count),
      };
    case 201:
      return { type: "RR", ssrc: word(0), reports: readReports(view, start + 4, count) };
    case 202:
      return readChunks(bytes, view, start, end, count);
    case 203:
      return readBye(bytes, view, start, end, count);
    case 204:
      return {
        type: "APP",
        subtype: count,
        ssrc: word(0),
        name: String.fromCharCode(...bytes.subarray(start + 4, start + 8)),
        data: rest(8),
      };
    case 205:
    case 206:
      return { type: type === 205 ? "RTPFB" : "PSFB", format: count, ssrc: word(0), media: word(1), information: rest(8) };
    default:
      return { type: "other", packetType: type, count, data: rest(0) };
  }
}

function readReports(view: DataView, start: number, count: number): ReportBlock[] {
  return Array.from({ length: count }, (_, n) => {
    const at = start + REPORT * n;
    return {
      ssrc: view.getUint32(at),
      fractionLost: view.getUint8(at + 4),
      lost: (view.getInt32(at + 4) << 8) >> 8,
      highest: view.getUint32(at + 8),
      jitter: view.getUint32(at + 12),
      lastSR: view.getUint32(at + 16),
      delaySinceLastSR: view.getUint32(at + 20),
    };
  });
}

function readBye(bytes: Uint8Array, view: DataView, start: number, end: number, count: number): RTCPPacket | string {
  const sources = Array.from({ length: count }, (_, n) => view.getUint32(start + 4 * n));
  const at = start + 4 * count;
  if (at === end) return { type: "BYE", sources };
  const last = at + 1 + bytes[at]!;
  if (last > end) return "has a reason that is cut off";
  return { type: "BYE", sources, reason: new TextDecoder().decode(bytes.subarray(at + 1, last)) };
}

function readChunks(bytes: Uint8Array, view: DataView, start: number, end: number, count: number): SourceDescription | string {
  const chunks: SourceDescription["chunks"][number][] = [];
  let at = start;
  for (let n = 0; n < count; n++) {
    if (at + 4 > end) return "has fewer sources than it says";
    const ssrc = view.getUint32(at);
    const items: { item: (typeof ITEMS)[number]; text: string }[] = [];
    for (at += 4; at < end && bytes[at] !== 0;) {
      const last = at + 2 + (bytes[at + 1] ?? end);
      if (last > end) return "has an item that is cut off";
      const item = ITEMS[bytes[at]! - 1];
      if (item !== undefined) items.push({ item, text: new TextDecoder().decode(bytes.subarray(at + 2, last)) });
      at = last;
    }
    if (at >= end) return "has a source without an end";
    at = start + ((at - start + 4) & ~3); // a zero, and more of them up to the next word
    chunks.push({ ssrc, items });
  }
  return { type: "SDES", chunks };
}

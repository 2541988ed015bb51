// SPDX-License-Identifier: Apache-2.0
// Packets as they would be on a wire, for captures: IPv4 (RFC 791), IPv6 (RFC 8200), UDP (RFC 768), TCP (RFC 9293) and ICMP (RFC 792, RFC 4443).
import { bytesOfAddress } from "./addresses.ts";
import { IPV4_HEADER, IPV6_HEADER, type Packet, UDP_HEADER, type Unreachable } from "./packet.ts";
import { optionBytes, type Segment, TCP_HEADER } from "./tcp/segment.ts";

const [ICMP, TCP, UDP, FRAGMENT, ICMPV6] = [1, 6, 17, 44, 58];
const ICMP_HEADER = 8;
/** Type and code of the complaints, in IPv4 and in IPv6. */
const COMPLAINTS: Readonly<Record<Unreachable["reason"], readonly [readonly [number, number], readonly [number, number]]>> = {
  port: [
    [3, 3],
    [1, 4],
  ],
  host: [
    [3, 1],
    [1, 3],
  ],
  "too big": [
    [3, 4],
    [2, 0],
  ],
  "time exceeded": [
    [11, 0],
    [3, 0],
  ],
};

/** What a packet says on the wire. @internal */
export type WirePacket = Pick<Packet, "from" | "to" | "payload" | "ttl" | "segment" | "fragment" | "unreachable" | "damaged">;

/** The bytes of a packet, from its IP header on. @internal */
export function wireBytes(packet: WirePacket): Uint8Array {
  const six = packet.from.address.includes(":");
  const { fragment } = packet;
  if (fragment === undefined) {
    const [protocol, content] = contentOf(packet, six);
    return inIP(packet, six, protocol, content);
  }
  const head = fragment.offset === 0 ? inUDP(fragment.whole).subarray(0, UDP_HEADER) : new Uint8Array(0);
  const content = joined(head, packet.payload);
  if (!six) return inIP(packet, six, UDP, content);
  const header = new Uint8Array(8);
  const view = new DataView(header.buffer);
  header[0] = UDP;
  view.setUint16(2, fragment.offset | (fragment.last ? 0 : 1));
  view.setUint32(4, fragment.id);
  return inIP(packet, six, FRAGMENT, joined(header, content));
}

function contentOf(packet: WirePacket, six: boolean): [protocol: number, bytes: Uint8Array] {
  if (packet.unreachable !== undefined)
    return six ? [ICMPV6, inICMP(packet, packet.unreachable, true)] : [ICMP, inICMP(packet, packet.unreachable, false)];
  return packet.segment === undefined ? [UDP, inUDP(packet)] : [TCP, inTCP(packet, packet.segment)];
}

function inIP(packet: WirePacket, six: boolean, protocol: number, content: Uint8Array): Uint8Array {
  const header = new Uint8Array(six ? IPV6_HEADER : IPV4_HEADER);
  const view = new DataView(header.buffer);
  if (six) {
    view.setUint32(0, 6 << 28);
    view.setUint16(4, content.length);
    header[6] = protocol;
    header[7] = packet.ttl;
    header.set(bytesOfAddress(packet.from.address), 8);
    header.set(bytesOfAddress(packet.to.address), 24);
    return joined(header, content);
  }
  const { fragment } = packet;
  header[0] = 0x45;
  view.setUint16(2, header.length + content.length);
  view.setUint16(4, fragment?.id ?? 0);
  const dontFragment = packet.segment === undefined ? 0 : 0x4000;
  view.setUint16(6, fragment === undefined ? dontFragment : (fragment.last ? 0 : 0x2000) | (fragment.offset >> 3));
  header[8] = packet.ttl;
  header[9] = protocol;
  header.set(bytesOfAddress(packet.from.address), 12);
  header.set(bytesOfAddress(packet.to.address), 16);
  view.setUint16(10, checksum(header));
  return joined(header, content);
}

function inUDP(packet: WirePacket): Uint8Array {
  const bytes = new Uint8Array(UDP_HEADER + packet.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, packet.from.port);
  view.setUint16(2, packet.to.port);
  view.setUint16(4, bytes.length);
  bytes.set(packet.payload, UDP_HEADER);
  view.setUint16(6, checksumOf(packet, UDP, bytes) || 0xffff);
  return bytes;
}

function inTCP(packet: WirePacket, segment: Segment): Uint8Array {
  const header = TCP_HEADER + optionBytes(segment);
  const bytes = new Uint8Array(header + packet.payload.length);
  const view = new DataView(bytes.buffer);
  const { syn, ack, fin, reset, sequence, acknowledged, window, scale, start, otherStart } = segment;
  view.setUint16(0, packet.from.port);
  view.setUint16(2, packet.to.port);
  view.setUint32(4, (start + sequence) % 0x1_0000_0000);
  view.setUint32(8, ack ? (otherStart + acknowledged) % 0x1_0000_0000 : 0);
  bytes[12] = (header / 4) << 4;
  bytes[13] = Number(fin) | (Number(syn) << 1) | (Number(reset) << 2) | (Number(packet.payload.length > 0) << 3) | (Number(ack) << 4);
  view.setUint16(14, Math.min(0xffff, syn ? window : window >>> scale));
  writeOptions(view, segment);
  bytes.set(packet.payload, header);
  view.setUint16(16, checksumOf(packet, TCP, bytes));
  return bytes;
}

/** MSS, SACK permitted and window scale in a SYN; SACK ranges otherwise. */
function writeOptions(view: DataView, { syn, mss, scale, ranges, otherStart }: Segment): void {
  if (syn) {
    view.setUint32(20, (2 << 24) | (4 << 16) | Math.min(mss, 0xffff));
    view.setUint32(24, (1 << 24) | (1 << 16) | (4 << 8) | 2);
    view.setUint32(28, (1 << 24) | (3 << 16) | (3 << 8) | scale);
  } else if (ranges.length > 0) {
    view.setUint32(20, (1 << 24) | (1 << 16) | (5 << 8) | (2 + 8 * ranges.length));
    for (const [i, [from, to]] of ranges.entries()) {
      view.setUint32(24 + 8 * i, (otherStart + from) % 0x1_0000_0000);
      view.setUint32(28 + 8 * i, (otherStart + to) % 0x1_0000_0000);
    }
  }
}

/** A complaint, with the beginning of the packet that it is about. */
function inICMP(packet: WirePacket, { reason, about }: Unreachable, six: boolean): Uint8Array {
  const quoted = wireBytes(about).subarray(0, (six ? IPV6_HEADER : IPV4_HEADER) + 8);
  const bytes = new Uint8Array(ICMP_HEADER + quoted.length);
  const [type, code] = COMPLAINTS[reason][six ? 1 : 0];
  bytes[0] = type;
  bytes[1] = code;
  bytes.set(quoted, ICMP_HEADER);
  new DataView(bytes.buffer).setUint16(2, six ? checksumOf(packet, ICMPV6, bytes) : checksum(bytes));
  return bytes;
}

/** The checksum over a pseudo header and the bytes; of a damaged packet, one that is wrong. */
function checksumOf({ from, to, damaged }: WirePacket, protocol: number, bytes: Uint8Array): number {
  const pseudo = new Uint8Array(8);
  const view = new DataView(pseudo.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, protocol);
  const sum = checksum(joined(bytesOfAddress(from.address), bytesOfAddress(to.address), pseudo, bytes));
  return damaged ? sum ^ 0x0101 : sum;
}

/** The one's complement of the one's complement sum of all 16 bit words (RFC 1071). */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

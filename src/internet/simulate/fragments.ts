// SPDX-License-Identifier: Apache-2.0
import { type Fragment, IPV4_HEADER, IPV6_HEADER, Packet, UDP_HEADER } from "./packet.ts";
import type { SimulatedLink } from "./SimulatedLink.ts";
import { NEVER, type Timeline } from "./timeline.ts";

/** Bytes of the header that tells of a piece, in IPv6. */
const FRAGMENT_HEADER = 8;
/** Milliseconds that the pieces of a datagram have to arrive. */
const PATIENCE = 30_000;

/** Sends a packet along a link, in pieces if it is too large for it. @internal */
export function sendCut(packet: Packet, link: SimulatedLink): void {
  if (packet.size <= link.mtu) link.send(packet);
  else for (const piece of cut(packet, link.mtu)) link.send(piece);
}

/** Cuts a datagram, or a piece of one, into pieces (RFC 791, RFC 8200). */
function cut(packet: Packet, mtu: number): Packet[] {
  const six = packet.from.address.includes(":");
  const before = packet.fragment;
  const header = headerOf(packet, six);
  const newHeader = six ? IPV6_HEADER + FRAGMENT_HEADER : IPV4_HEADER;
  const length = packet.size - header;
  const most = Math.floor((mtu - newHeader) / 8) * 8;
  const id = before?.id ?? packet.source.network.nextId();
  const start = before?.offset ?? 0;
  const pieces: Packet[] = [];
  for (let at = 0; at < length; at += most) {
    const end = Math.min(length, at + most);
    const last = end === length && before?.last !== false;
    pieces.push(pieceOf(packet, newHeader, start, at, end, { id, offset: start + at, last, whole: before?.whole ?? packet }));
  }
  return pieces;
}

function headerOf(packet: Packet, six: boolean): number {
  if (!six) return IPV4_HEADER;
  return packet.fragment === undefined ? IPV6_HEADER : IPV6_HEADER + FRAGMENT_HEADER;
}

/** The bytes from `at` to `end` of what follows the IP header; the first eight of a datagram are the UDP header. */
function pieceOf(packet: Packet, header: number, start: number, at: number, end: number, fragment: Fragment): Packet {
  const hidden = start === 0 ? UDP_HEADER : 0;
  const bytes = packet.payload.subarray(Math.max(0, at - hidden), end - hidden);
  const { source, from, target, to, ttl } = packet;
  const piece = new Packet(source, from, target, to, header + end - at, bytes, ttl, undefined, fragment);
  piece.damaged = packet.damaged;
  return piece;
}

/** What has come of a datagram so far. */
interface Partial {
  readonly pieces: Map<number, Packet>;
  readonly since: number;
  /** Bytes there must be, once the last piece has come. */
  total: number;
  bytes: number;
}

/** Puts datagrams together again. @internal */
export class Reassembly {
  /** Datagrams that lacked a piece. */
  failures = 0;
  readonly #timeline: Timeline;
  readonly #partials = new Map<string, Partial>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Takes a piece; answers the datagram if it is complete. */
  add(packet: Packet): Packet | undefined {
    const { from, fragment } = packet;
    if (fragment === undefined) return packet;
    this.#forget();
    const key = `${from.address} ${fragment.id}`;
    let partial = this.#partials.get(key);
    if (partial === undefined)
      this.#partials.set(key, (partial = { pieces: new Map(), since: this.#timeline.time, total: NEVER, bytes: 0 }));
    const length = packet.payload.length + (fragment.offset === 0 ? UDP_HEADER : 0);
    if (!partial.pieces.has(fragment.offset)) partial.bytes += length;
    partial.pieces.set(fragment.offset, packet);
    if (fragment.last) partial.total = fragment.offset + length;
    if (partial.bytes < partial.total) return undefined;
    this.#partials.delete(key);
    return whole(packet, partial);
  }

  #forget(): void {
    for (const [key, { since }] of this.#partials) {
      if (since + PATIENCE > this.#timeline.time) return;
      this.#partials.delete(key);
      this.failures++;
    }
  }
}

function whole({ source, from, target, to, ttl }: Packet, { pieces, total }: Partial): Packet {
  const bytes = new Uint8Array(total - UDP_HEADER);
  let damaged = false;
  for (const [offset, piece] of pieces) {
    bytes.set(piece.payload, Math.max(0, offset - UDP_HEADER));
    damaged ||= piece.damaged;
  }
  const header = from.address.includes(":") ? IPV6_HEADER : IPV4_HEADER;
  const datagram = new Packet(source, from, target, to, header + total, bytes, ttl);
  datagram.damaged = damaged;
  return datagram;
}

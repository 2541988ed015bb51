// SPDX-License-Identifier: Apache-2.0
import { Slab } from "../internal/slab.ts";

/** What an RTP packet carries, and how. The names are the original's. */
export interface RTPContent {
  /** What the payload is, 0 to 127 (RFC 3551). */
  readonly payloadtype: number;
  readonly payload: Uint8Array;
  /** When it is to be played, in units of the payload's own clock, modulo 2^32. */
  readonly timestamp: number;
  /** Who sends it, 32 bit. */
  readonly ssrc: number;
  /** Those whose contributions were mixed into it, 15 at most. Default: none. */
  readonly csrcs?: readonly number[];
  /** How many bytes to add to the end, 0 to 255; the last one says how many they are. Default 0. */
  readonly bytespadding?: number;
  /** A header extension: its 16-bit name, and its data, filled up to whole words of 4 bytes. Default: none. */
  readonly extension?: readonly [name: number, data: Uint8Array];
  /** What that means, the payload type says: the last packet of a frame, the first after silence. Default false. */
  readonly marker?: boolean;
}

/** What was in an RTP packet. */
export type RTPParsed = Required<Omit<RTPContent, "extension">> & Pick<RTPContent, "extension">;

const HEADER = 12;
const PADDING = 0x20;
const EXTENSION = 0x10;

/**
 * Writes an RTP packet: RFC 3550, section 5.1.
 *
 * @param sequence its number, modulo 2^16
 * @param timestamp of the packet, modulo 2^32: that of the content, and the sender's offset
 * @throws RangeError for values that do not fit
 */
export function packRTP(content: RTPContent, sequence: number, timestamp: number, slab: Slab = new Slab()): Uint8Array {
  const { payloadtype, payload, ssrc, csrcs, bytespadding = 0, extension, marker = false } = content;
  const count = csrcs === undefined ? 0 : csrcs.length;
  if (!(payloadtype >= 0 && payloadtype <= 127)) throw refuse(`the payload type ${payloadtype}`, "0 to 127");
  if (count > 15) throw refuse(`${count} contributing sources`, "15 at most");
  if (!(bytespadding >= 0 && bytespadding <= 255)) throw refuse(`${bytespadding} bytes of padding`, "0 to 255");
  const words = extension === undefined ? 0 : 1 + Math.ceil(extension[1].length / 4);
  if (words > 0x1_0000) throw refuse(`an extension of ${words} words`, "65535 at most");
  const start = HEADER + 4 * (count + words);
  const length = start + payload.length + bytespadding;
  slab.reserve(length);
  const packet = slab.take(slab.start + length);
  packet[0] = 0x80 | (bytespadding > 0 ? PADDING : 0) | (extension === undefined ? 0 : EXTENSION) | count;
  packet[1] = (marker ? 0x80 : 0) | payloadtype;
  packet[2] = sequence >>> 8;
  packet[3] = sequence;
  write32(packet, 4, timestamp);
  write32(packet, 8, ssrc);
  for (let n = 0; n < count; n++) write32(packet, HEADER + 4 * n, csrcs![n]!);
  if (extension !== undefined) writeExtension(packet, HEADER + 4 * count, extension, words);
  packet.set(payload, start);
  if (bytespadding > 0) {
    packet.fill(0, length - bytespadding, length - 1);
    packet[length - 1] = bytespadding;
  }
  return packet;
}

/**
 * Reads an RTP packet. The payload is a part of it, not a copy.
 *
 * @returns its number and what is in it; or in words why it is no RTP packet
 */
export function parseRTP(packet: Uint8Array): readonly [sequence: number, content: RTPParsed] | string {
  const { length } = packet;
  if (length < HEADER) return `it has ${length} bytes, and the header ${HEADER}`;
  const first = packet[0]!;
  if (first >> 6 !== 2) return `its version is ${first >> 6}, not 2`;
  const count = first & 0x0f;
  let start = HEADER + 4 * count;
  let extension: readonly [number, Uint8Array] | undefined;
  if ((first & EXTENSION) !== 0) {
    if (length < start + 4) return "its header extension is cut off";
    const end = start + 4 + 4 * ((packet[start + 2]! << 8) | packet[start + 3]!);
    if (length < end) return "its header extension is cut off";
    extension = [(packet[start]! << 8) | packet[start + 1]!, packet.subarray(start + 4, end)];
    start = end;
  }
  const bytespadding = (first & PADDING) === 0 ? 0 : packet[length - 1]!;
  if ((first & PADDING) !== 0 && bytespadding === 0) return "it has no padding, and says that it has";
  if (length < start + bytespadding) return "its sources or its padding are longer than the packet";
  const content = {
    payloadtype: packet[1]! & 0x7f,
    payload: packet.subarray(start, length - bytespadding),
    timestamp: read32(packet, 4),
    ssrc: read32(packet, 8),
    csrcs: count === 0 ? NONE : sources(packet, count),
    bytespadding,
    marker: packet[1]! >= 0x80,
  };
  return [(packet[2]! << 8) | packet[3]!, extension === undefined ? content : { ...content, extension }];
}

const NONE: readonly number[] = Object.freeze([]);

function sources(packet: Uint8Array, count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => read32(packet, HEADER + 4 * n));
}

function writeExtension(packet: Uint8Array, at: number, [name, data]: readonly [number, Uint8Array], words: number): void {
  packet[at] = name >>> 8;
  packet[at + 1] = name;
  packet[at + 2] = (words - 1) >>> 8;
  packet[at + 3] = words - 1;
  packet.set(data, at + 4);
  packet.fill(0, at + 4 + data.length, at + 4 * words);
}

function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

function read32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function refuse(what: string, allowed: string): RangeError {
  return new RangeError(`Cannot write an RTP packet with ${what}: it is ${allowed}`);
}

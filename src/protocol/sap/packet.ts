// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";

/** Where announcements are sent: to all the world, as far as the TTL goes. RFC 2974, section 3. */
export const SAP_ADDRESS = "224.2.127.254";
/** The port of all announcements. */
export const SAP_PORT = 9875;

/** An announcement of a session, or of its end. */
export interface SAPAnnouncement {
  /** The session is over. */
  readonly deletion: boolean;
  /** Tells different announcements of one source apart, 16 bit. */
  readonly hash: number;
  /** Address of who announces it, IPv4 or IPv6. */
  readonly source: string;
  /** What the payload is. Default "application/sdp". */
  readonly payloadType?: string;
  readonly payload: Uint8Array;
}

const SDP = "application/sdp";
const MIME_TYPE = /^[!-~]+$/;
/** What a compressed payload may grow to. */
const MOST = 65_536;

/**
 * Writes an announcement: RFC 2974, section 3. It is neither encrypted, nor compressed, nor signed.
 *
 * @throws RangeError for an address that is none, a hash that does not fit, or a payload type that is not printable ASCII
 */
export function packSAP({ deletion, hash, source, payloadType = SDP, payload }: SAPAnnouncement): Uint8Array {
  const address = addressBytes(source);
  if (!(Number.isInteger(hash) && hash >= 0 && hash <= 0xffff))
    throw new RangeError(`Cannot announce a session as ${hash}: give an integer from 0 to 65535`);
  if (!MIME_TYPE.test(payloadType))
    throw new RangeError(`Cannot announce a ${JSON.stringify(payloadType)}: give a MIME type, in ASCII, as "application/sdp"`);
  const first = 0x20 | (address.length === 16 ? 0x10 : 0) | (deletion ? 0x04 : 0);
  return new Uint8Array(
    Buffer.concat([Buffer.from([first, 0, hash >> 8, hash & 0xff]), address, Buffer.from(`${payloadType}\0`), payload]),
  );
}

/** Reads an announcement. @returns it, or in words why it is none */
export function parseSAP(bytes: Uint8Array): SAPAnnouncement | string {
  const first = bytes[0] ?? 0;
  if (first >> 5 !== 1) return `its version is ${first >> 5}, not 1`;
  const size = (first & 0x10) === 0 ? 4 : 16;
  const start = 4 + size + 4 * (bytes[1] ?? 0);
  if (bytes.length < start) return "its header is cut off";
  if ((first & 0x02) !== 0) return "it is encrypted";
  const rest = (first & 0x01) === 0 ? Buffer.from(bytes.subarray(start)) : inflated(bytes.subarray(start));
  if (typeof rest === "string") return rest;
  const info = { deletion: (first & 0x04) !== 0, hash: (bytes[2]! << 8) | bytes[3]!, source: addressText(bytes.subarray(4, 4 + size)) };
  if (rest.toString("latin1", 0, 3) === "v=0") return { ...info, payloadType: SDP, payload: rest };
  const end = rest.indexOf(0);
  if (end !== -1) {
    const payloadType = rest.toString("latin1", 0, end);
    if (!MIME_TYPE.test(payloadType)) return "what it announces is no MIME type";
    return { ...info, payloadType, payload: rest.subarray(end + 1) };
  }
  if (info.deletion) return { ...info, payloadType: SDP, payload: rest }; // section 6: an origin line may do
  return "nothing says what it announces";
}

/** A number for an announcement, from all that is in it (FNV-1a, folded): another one when it changes. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return ((hash >>> 16) ^ hash) & 0xffff || 1; // 0 would say that there is none
}

function inflated(bytes: Uint8Array): Buffer | string {
  try {
    return inflateSync(bytes, { maxOutputLength: MOST });
  } catch (error) {
    if (error instanceof Error) return `it cannot be decompressed: ${error.message}`;
    throw error;
  }
}

function addressBytes(address: string): Buffer {
  const parts = address.split(".");
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return Buffer.from(parts.map(Number));
  const [head = "", tail, more] = address.split("::");
  const words = (text: string | undefined): string[] => (text === undefined || text === "" ? [] : text.split(":"));
  const [before, after] = [words(head), words(tail)];
  const zeros = 8 - before.length - after.length;
  const all = [...before, ...new Array<string>(Math.max(0, tail === undefined ? 0 : zeros)).fill("0"), ...after];
  if (all.length !== 8 || more !== undefined || !all.every((word) => /^[0-9a-f]{1,4}$/i.test(word)))
    throw new RangeError(`Cannot announce a session from ${address}: give an address, as 192.0.2.1 or 2001:db8::1`);
  return Buffer.from(all.map((word) => word.padStart(4, "0")).join(""), "hex");
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const words = Array.from({ length: 8 }, (_, n) => ((bytes[2 * n]! << 8) | bytes[2 * n + 1]!).toString(16));
  return words.join(":").replace(/(?:^|:)0(?::0)+(?:$|:)/, "::");
}

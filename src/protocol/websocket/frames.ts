// SPDX-License-Identifier: Apache-2.0
import { Buffer, isUtf8 } from "node:buffer";
import { randomFillSync } from "node:crypto";

// What frames are, RFC 6455 5.2.
/** @internal */ export const CONTINUATION = 0;
/** @internal */ export const TEXT = 1;
/** @internal */ export const BINARY = 2;
/** @internal */ export const CLOSE = 8;
/** @internal */ export const PING = 9;
/** @internal */ export const PONG = 10;

/** The other side does what it must not: the connection is to be closed, and this says why. @internal */
export class FrameError extends Error {
  readonly code: number;
  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

// The bits at the beginning of a frame.
/** @internal */ export const FINAL = 0x80;
/** @internal */ export const COMPRESSED = 0x40;

/** A frame: `first` is its kind, with {@link FINAL} and {@link COMPRESSED}. Clients mask theirs. @internal */
export function frame(first: number, payload: string | Uint8Array, masked = false): Buffer {
  const length = typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const start = 2 + extra + (masked ? 4 : 0);
  const bytes = Buffer.allocUnsafe(start + length);
  bytes[0] = first;
  bytes[1] = (masked ? 128 : 0) | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) bytes.writeUInt16BE(length, 2);
  else if (extra === 8) bytes.writeBigUInt64BE(BigInt(length), 2);
  if (typeof payload === "string") bytes.write(payload, start);
  else bytes.set(payload, start);
  if (masked) unmask(bytes.subarray(start), putMask(bytes, start - 4), 0);
  return bytes;
}

/** The frame that closes. A reason is cut where it gets too long. @internal */
export function closeFrame(code: number, reason: string, masked = false): Buffer {
  if (code === 1005) return frame(FINAL | CLOSE, "", masked);
  let text = Buffer.from(reason).subarray(0, 123);
  while (!isUtf8(text)) text = text.subarray(0, -1);
  const payload = Buffer.alloc(2 + text.length);
  payload.writeUInt16BE(code, 0);
  payload.set(text, 2);
  return frame(FINAL | CLOSE, payload, masked);
}

/** RFC 6455 7.4. @internal */
export function isCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999);
}

/** Masks, or unmasks, where the bytes are. `at`: how many bytes of the frame came before these. @internal */
export function unmask(bytes: Uint8Array, mask: number, at: number): void {
  const bits = (at & 3) * 8;
  const turned = bits === 0 ? mask : (mask << bits) | (mask >>> (32 - bits));
  const [a, b, c, d] = [turned >>> 24, (turned >>> 16) & 255, (turned >>> 8) & 255, turned & 255];
  const { length } = bytes;
  let i = 0;
  for (const whole = length - (length & 3); i < whole; i += 4) {
    bytes[i]! ^= a;
    bytes[i + 1]! ^= b;
    bytes[i + 2]! ^= c;
    bytes[i + 3]! ^= d;
  }
  const keys = [a, b, c] as const;
  for (let rest = 0; i < length; i++, rest++) bytes[i]! ^= keys[rest]!;
}

/** Nobody may guess a mask (RFC 6455 10.3), so chance is not the system's here; nothing depends on it. */
const masks = Buffer.alloc(4096);
let masksLeft = 0;

function putMask(bytes: Buffer, at: number): number {
  if (masksLeft === 0) {
    randomFillSync(masks);
    masksLeft = masks.length;
  }
  masksLeft -= 4;
  const mask = masks.readUInt32BE(masksLeft);
  bytes.writeUInt32BE(mask, at);
  return mask;
}

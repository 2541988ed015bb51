// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { readMPEGAudioHeader } from "../../codec/index.ts";

/** A beginning is one if so many frames follow each other from there on. */
const IN_A_ROW = 3;
const ADTS_HEADER = 6;
const ID3_HEADER = 10;

/** Streams that are frames, one after the other. */
export const FRAMED: RegExp = /^audio\/(?:mpeg|mp3|aacp?|x-aac)\b/i;

/** How many bytes of sound come before the first whole frame of MPEG audio or ADTS; 0 if there is none to be found. */
export function beforeFrame(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) if (areFrames(bytes, at)) return at;
  return 0;
}

function areFrames(bytes: Uint8Array, at: number): boolean {
  for (let n = 0; n < IN_A_ROW; n++) {
    const size = frameSize(bytes, at);
    if (size === undefined) return false;
    at += size;
  }
  return true;
}

/** Bytes of the frame that begins here; undefined: none does. */
function frameSize(bytes: Uint8Array, at: number): number | undefined {
  const [a = 0, b = 0, , d = 0, e = 0, f = 0] = bytes.subarray(at, at + ADTS_HEADER);
  if (a !== 0xff) return undefined;
  if ((b & 0xf6) !== 0xf0) return readMPEGAudioHeader(bytes, at)?.size;
  const size = ((d & 3) << 11) | (e << 3) | (f >> 5);
  return size > ADTS_HEADER ? size : undefined;
}

/** So many bytes that decoders skip: a tag (ID3v2) that says nothing, where there is room for one. */
export function filler(length: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  const size = length - ID3_HEADER;
  if (size >= 0)
    Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, (size >> 21) & 127, (size >> 14) & 127, (size >> 7) & 127, size & 127]).copy(bytes);
  return bytes;
}

// SPDX-License-Identifier: Apache-2.0

import { Slab } from "../internal/slab.ts";

const SPACE = 0x20;
const LINE_FEED = 0x0a;
const MINUS = 0x2d;
const ZERO = 0x30;
/** Digits of the largest integer that is exact. */
const MOST_DIGITS = 16;

/** Not all of a frame's data is there. */
export class ShortFrame extends RangeError {
  override readonly name = "ShortFrame";
}

/**
 * A tag, and data. As bytes: the tag, a space, the length of the data, a line feed, the data. Tag and length are written in decimal.
 *
 * @example
 * console.log(new TextDecoder().decode(new SimpleFrame(1, new TextEncoder().encode("hello")).toBytes())); // "1 5", a new line, "hello"
 */
export class SimpleFrame {
  readonly tag: number;
  readonly data: Uint8Array;

  /** @throws RangeError for a tag that is no integer: nobody could read it */
  constructor(tag: number, data: Uint8Array) {
    if (!Number.isSafeInteger(tag)) throw new RangeError(`Cannot make a frame with the tag ${tag}: a tag is an integer`);
    this.tag = tag;
    this.data = data;
  }

  /** The frame as bytes. */
  toBytes(): Uint8Array {
    return this.writeTo(new Slab()).slice();
  }

  /** @internal The same, in memory that others use, too. */
  writeTo(slab: Slab): Uint8Array {
    const header = `${this.tag} ${this.data.length}\n`;
    const length = header.length + this.data.length;
    slab.reserve(length);
    const { bytes, start } = slab;
    for (let at = 0; at < header.length; at++) bytes[start + at] = header.charCodeAt(at);
    bytes.set(this.data, start + header.length);
    return slab.take(start + length);
  }

  /**
   * Reads a frame. What follows its data is not looked at. The data is a part of the bytes given, not a copy.
   *
   * @throws ShortFrame when there is less data than the frame says
   * @throws SyntaxError when it is no frame
   */
  static fromBytes(bytes: Uint8Array): SimpleFrame {
    const tagEnd = endOfInteger(bytes, 0, SPACE, "tag");
    const lengthEnd = endOfInteger(bytes, tagEnd + 1, LINE_FEED, "length");
    const length = integer(bytes, tagEnd + 1, lengthEnd);
    if (length < 0) throw new SyntaxError(`Cannot read a frame: its length is ${length}`);
    const start = lengthEnd + 1;
    if (bytes.length - start < length) throw new ShortFrame(`Cannot read a frame: it has ${bytes.length - start} of ${length} bytes`);
    return new SimpleFrame(integer(bytes, 0, tagEnd), bytes.subarray(start, start + length));
  }
}

/** Where the byte is that must follow an integer. */
function endOfInteger(bytes: Uint8Array, start: number, follows: number, what: string): number {
  const digits = start + (bytes[start] === MINUS ? 1 : 0);
  let at = digits;
  while (at < bytes.length && bytes[at]! >= ZERO && bytes[at]! < ZERO + 10) at++;
  if (at > digits && at - digits <= MOST_DIGITS && bytes[at] === follows) return at;
  throw new SyntaxError(`Cannot read a frame: it does not begin with a tag, a space, a length and a line feed; there is no ${what}`);
}

function integer(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === MINUS;
  let value = 0;
  for (let at = negative ? start + 1 : start; at < end; at++) value = value * 10 + (bytes[at]! - ZERO);
  return negative ? 0 - value : value; // "-0" is 0
}

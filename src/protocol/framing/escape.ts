// SPDX-License-Identifier: Apache-2.0

import { Slab } from "../internal/slab.ts";
import { Specials } from "./specials.ts";

const PERCENT = 0x25;
const DIGITS = "0123456789abcdef";

/** Some sign that marks where chunks begin, as text or bytes. */
export type Sync = string | Uint8Array;

/**
 * Writes data so that none of a synchronisation's bytes is in it: each, and each `%`, becomes `%` and its number in hexadecimal, without leading zeros.
 *
 * @internal
 */
export class Escape {
  readonly sync: Uint8Array;
  /** For each byte what stands for it; undefined where it stands for itself. */
  readonly #codes: (Uint8Array | undefined)[] = new Array<undefined>(256).fill(undefined);
  /** Those of the synchronisation. */
  readonly #marks: Uint8Array;
  /** All bytes that do not stand for themselves. */
  readonly #specials: Uint8Array;
  /** For a first, and a second digit: the byte that is meant, or -1. */
  readonly #one = new Int16Array(256).fill(-1);
  readonly #two = new Map<number, number>();
  readonly #slab = new Slab();

  /** @throws RangeError for a synchronisation that could not be told from data */
  constructor(sync: Sync) {
    this.sync = typeof sync === "string" ? new TextEncoder().encode(sync) : sync.slice();
    if (this.sync.length === 0) throw new RangeError("Cannot mark chunks with nothing: give a synchronisation of one byte or more");
    this.#marks = Uint8Array.from(new Set(this.sync));
    this.#specials = Uint8Array.of(PERCENT, ...this.#marks);
    for (const byte of this.sync) {
      if (byte !== PERCENT && !DIGITS.includes(String.fromCharCode(byte))) continue;
      throw this.#refuse(`it contains "${String.fromCharCode(byte)}"`);
    }
    for (const byte of this.#specials) this.#add(byte);
    for (const code of this.#two.keys()) {
      if (this.#one[code >> 8] !== -1) throw this.#refuse("two of its bytes are written alike");
    }
  }

  #add(byte: number): void {
    const code = byte.toString(16);
    this.#codes[byte] = Uint8Array.from(`%${code}`, (character) => character.charCodeAt(0));
    if (code.length === 1) this.#one[code.charCodeAt(0)] = byte;
    else this.#two.set((code.charCodeAt(0) << 8) | code.charCodeAt(1), byte);
  }

  #refuse(why: string): RangeError {
    const sync = JSON.stringify(String.fromCharCode(...this.sync));
    return new RangeError(`Cannot mark chunks with ${sync}: ${why}; use other bytes than "%", digits and a to f`);
  }

  /** The synchronisation, and data that has none of its bytes. */
  encode(data: Uint8Array): Uint8Array {
    const slab = this.#slab;
    slab.reserve(this.sync.length + 3 * data.length);
    const { bytes } = slab;
    bytes.set(this.sync, slab.start);
    let to = slab.start + this.sync.length;
    const specials = new Specials(data, this.#specials);
    let from = 0;
    for (let at = specials.next(0); at < data.length; at = specials.next(from)) {
      to = copy(data, from, at, bytes, to);
      for (const each of this.#codes[data[at]!]!) bytes[to++] = each;
      from = at + 1;
    }
    return slab.take(copy(data, from, data.length, bytes, to));
  }

  /**
   * The data that was encoded so, without the synchronisation.
   *
   * @throws SyntaxError when there is something that nobody writes so
   */
  decode(chunk: Uint8Array): Uint8Array {
    const stray = new Specials(chunk, this.#marks).next(0);
    if (stray < chunk.length) throw new SyntaxError(`Cannot read a chunk: a byte of the synchronisation is in it, at ${stray}`);
    const slab = this.#slab;
    slab.reserve(chunk.length);
    const { bytes } = slab;
    const percents = new Specials(chunk, [PERCENT]);
    let to = slab.start;
    let from = 0;
    for (let at = percents.next(0); at < chunk.length; at = percents.next(from)) {
      to = copy(chunk, from, at, bytes, to);
      const one = this.#one[chunk[at + 1] ?? 0]!;
      bytes[to++] = one !== -1 ? one : this.#meant(chunk, at);
      from = at + (one !== -1 ? 2 : 3);
    }
    return slab.take(copy(chunk, from, chunk.length, bytes, to));
  }

  /** What is written with two digits. */
  #meant(chunk: Uint8Array, at: number): number {
    const meant = this.#two.get(((chunk[at + 1] ?? 0) << 8) | (chunk[at + 2] ?? 0));
    if (meant === undefined) throw new SyntaxError(`Cannot read a chunk: what follows "%" at ${at} stands for nothing`);
    return meant;
  }
}

/** Copies a part of some bytes; answers where it ends. Short parts are copied faster byte by byte. */
function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  if (end - start > 64) to.set(from.subarray(start, end), at);
  else for (let n = 0; n < end - start; n++) to[at + n] = from[start + n]!;
  return at + end - start;
}

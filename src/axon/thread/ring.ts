// SPDX-License-Identifier: Apache-2.0
import { head, RING_BYTES, ringOf, type Side, tail, wantsRing } from "./memory.ts";

/** Kinds of records. Bytes lie in the ring. */
export const BYTES = 0;
/** So does a number. */
export const NUMBER = 1;
/** One of few values. */
export const CONSTANT = 2;
/** Anything else comes through the port, in the same order. */
export const VALUE = 3;
/** To be skipped. */
const PAD = 4;

/** A record is two words, kind and box, and length, then its bytes; it is a multiple of 8 long, and lies in one piece. */
const HEADER = 8;
const MASK = RING_BYTES - 1;
const BOX_SHIFT = 8;

/** Writes records for the other side. What is written is seen there once it is published. */
export class RingWriter {
  readonly #words: Int32Array;
  readonly #side: Side;
  readonly #ints: Int32Array;
  readonly #floats: Float64Array;
  readonly #bytes: Uint8Array;
  /** How many bytes were ever written, published, and known to be read. They wrap, as 32-bit integers do. */
  #tail = 0;
  #published = 0;
  #head = 0;

  constructor(memory: SharedArrayBuffer, side: Side) {
    const start = ringOf(side, memory);
    this.#words = new Int32Array(memory);
    this.#side = side;
    this.#ints = new Int32Array(memory, start, RING_BYTES / 4);
    this.#floats = new Float64Array(memory, start, RING_BYTES / 8);
    this.#bytes = new Uint8Array(memory, start, RING_BYTES);
  }

  /** How many bytes were written and not published yet. */
  get unpublished(): number {
    return (this.#tail - this.#published) | 0;
  }

  /** Whether a record with so many bytes fits in now. */
  hasRoom(length: number): boolean {
    const size = sizeOf(length);
    const toEnd = RING_BYTES - (this.#tail & MASK);
    const needed = size <= toEnd ? size : toEnd + size;
    if (RING_BYTES - ((this.#tail - this.#head) | 0) >= needed) return true;
    this.#head = Atomics.load(this.#words, head(this.#side));
    return RING_BYTES - ((this.#tail - this.#head) | 0) >= needed;
  }

  /** Says that room is waited for; answers whether there is some after all. */
  wantRoom(length: number): boolean {
    Atomics.store(this.#words, wantsRing(this.#side), 1);
    if (!this.hasRoom(length)) return false;
    Atomics.store(this.#words, wantsRing(this.#side), 0);
    return true;
  }

  /** Writes a record, for which there must be room. */
  bytes(box: number, message: Uint8Array): void {
    const { length } = message;
    this.#bytes.set(message, this.#reserve(BYTES, box, length, length) + HEADER);
  }

  number(box: number, message: number): void {
    this.#floats[(this.#reserve(NUMBER, box, 8, 8) + HEADER) >> 3] = message;
  }

  /** A record that is all in its header. */
  mark(kind: typeof CONSTANT | typeof VALUE, box: number, which: number): void {
    this.#reserve(kind, box, which, 0);
  }

  /** Lets the other side see what was written; answers whether there was anything. */
  publish(): boolean {
    if (this.#published === this.#tail) return false;
    this.#published = this.#tail;
    Atomics.store(this.#words, tail(this.#side), this.#tail);
    return true;
  }

  #reserve(kind: number, box: number, length: number, bytes: number): number {
    const size = sizeOf(bytes);
    let at = this.#tail & MASK;
    const toEnd = RING_BYTES - at;
    if (size > toEnd) {
      this.#ints[at >> 2] = PAD;
      this.#ints[(at >> 2) + 1] = toEnd - HEADER;
      this.#tail = (this.#tail + toEnd) | 0;
      at = 0;
    }
    this.#ints[at >> 2] = kind | (box << BOX_SHIFT);
    this.#ints[(at >> 2) + 1] = length;
    this.#tail = (this.#tail + size) | 0;
    return at;
  }
}

/** Reads the records that the other side has published. */
export class RingReader {
  readonly #words: Int32Array;
  readonly #side: Side;
  readonly #ints: Int32Array;
  readonly #floats: Float64Array;
  readonly #bytes: Uint8Array;
  readonly #allocate: (size: number) => ArrayBuffer;
  #at = 0;
  /** Where the records end that are known. */
  #end = 0;
  #freed = 0;
  /** A copy of the records that are known, for byte arrays to lie in; it begins at this place of the ring. */
  #slab: ArrayBuffer | undefined;
  #slabAt = 0;
  /** Where the record lies that was read last. */
  #record = 0;
  /** What was read last. */
  kind: number = PAD;
  box = 0;
  length = 0;

  /** @param allocate makes the memory that byte arrays are copied to */
  constructor(memory: SharedArrayBuffer, side: Side, allocate: (size: number) => ArrayBuffer) {
    const start = ringOf(side, memory);
    this.#words = new Int32Array(memory);
    this.#side = side;
    this.#ints = new Int32Array(memory, start, RING_BYTES / 4);
    this.#floats = new Float64Array(memory, start, RING_BYTES / 8);
    this.#bytes = new Uint8Array(memory, start, RING_BYTES);
    this.#allocate = allocate;
  }

  /** Whether something was published that was not read. */
  get available(): boolean {
    return this.#at !== this.#end || Atomics.load(this.#words, tail(this.#side)) !== this.#at;
  }

  /** Goes on to the next record; answers whether there is one. */
  next(): boolean {
    for (;;) {
      if (this.#at === this.#end && !this.#look()) return false;
      const at = this.#at & MASK;
      const word = this.#ints[at >> 2]!;
      const length = this.#ints[(at >> 2) + 1]!;
      const kind = word & ((1 << BOX_SHIFT) - 1);
      this.#at = (this.#at + sizeOf(kind === VALUE || kind === CONSTANT ? 0 : length)) | 0;
      if (kind === PAD) continue;
      this.#record = at;
      this.kind = kind;
      this.box = word >> BOX_SHIFT;
      this.length = length;
      return true;
    }
  }

  /** The byte array of the record, in memory that it shares with those that came with it, and that is never used again. */
  bytes(): Uint8Array {
    if (this.#slab === undefined) {
      const size = (this.#end - this.#at + sizeOf(this.length)) | 0;
      this.#slab = this.#allocate(size);
      this.#slabAt = this.#record;
      new Uint8Array(this.#slab).set(this.#bytes.subarray(this.#record, this.#record + size));
    }
    return new Uint8Array(this.#slab, this.#record - this.#slabAt + HEADER, this.length);
  }

  number(): number {
    return this.#floats[(this.#record + HEADER) >> 3]!;
  }

  /** Gives the room of what was read back; answers whether the other side waits for that. */
  free(): boolean {
    if (this.#freed === this.#at) return false;
    this.#freed = this.#at;
    Atomics.store(this.#words, head(this.#side), this.#at);
    return Atomics.load(this.#words, wantsRing(this.#side)) === 1 && Atomics.exchange(this.#words, wantsRing(this.#side), 0) === 1;
  }

  /** Looks at what was published, up to the end of the ring. */
  #look(): boolean {
    this.#slab = undefined;
    const end = Atomics.load(this.#words, tail(this.#side));
    if (end === this.#at) return false;
    const toEnd = RING_BYTES - (this.#at & MASK);
    this.#end = ((end - this.#at) | 0) > toEnd ? (this.#at + toEnd) | 0 : end;
    return true;
  }
}

function sizeOf(length: number): number {
  return HEADER + ((length + 7) & ~7);
}

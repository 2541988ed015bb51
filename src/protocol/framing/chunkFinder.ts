// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";

/**
 * Finds what is between marks in a stream of bytes. Chunks are parts of its own memory, good until the next `push`.
 *
 * @internal
 */
export class ChunkFinder {
  readonly #sync: Uint8Array;
  readonly #maxSize: number;
  #bytes = new Uint8Array(4096);
  /** What has come and is not used up. */
  #start = 0;
  #end = 0;
  /** Up to here there is no mark. */
  #looked = 0;
  /** A mark was just before `start`. */
  #inChunk = false;

  constructor(sync: Uint8Array, maxSize: number) {
    this.#sync = sync;
    this.#maxSize = maxSize;
  }

  push(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#bytes.length) this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /**
   * The next chunk whose end has come.
   *
   * @param tooLong is told of the beginnings of chunks that are dropped
   */
  next(tooLong: (bytes: Uint8Array) => void): Uint8Array | undefined {
    for (;;) {
      const mark = this.#find();
      const end = mark === -1 ? this.#looked : mark;
      if (this.#inChunk && end - this.#start > this.#maxSize) {
        tooLong(this.#bytes.slice(this.#start, this.#start + this.#maxSize));
        this.#inChunk = false;
      }
      if (!this.#inChunk) this.#start = end;
      if (mark === -1) return undefined;
      const chunk = this.#inChunk ? this.#bytes.subarray(this.#start, mark) : undefined;
      this.#start = this.#looked = mark + this.#sync.length;
      this.#inChunk = true;
      if (chunk !== undefined) return chunk;
    }
  }

  /** All of the last chunk that has come; the next one begins with a mark again. */
  rest(): Uint8Array | undefined {
    const chunk = this.#inChunk ? this.#bytes.subarray(this.#start, this.#end) : undefined;
    this.#start = this.#looked = this.#end;
    this.#inChunk = false;
    return chunk;
  }

  /** Where the next mark is, or -1. */
  #find(): number {
    const place = Buffer.from(this.#bytes.buffer, 0, this.#end).indexOf(this.#sync, this.#looked);
    if (place === -1) this.#looked = Math.max(this.#looked, this.#end - this.#sync.length + 1);
    return place;
  }

  #makeRoom(more: number): void {
    const waiting = this.#end - this.#start;
    let size = this.#bytes.length;
    while (size < waiting + more || size < 2 * waiting) size *= 2;
    const bytes = size === this.#bytes.length ? this.#bytes : new Uint8Array(size);
    bytes.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = bytes;
    this.#looked -= this.#start;
    this.#start = 0;
    this.#end = waiting;
  }
}

// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";

/**
 * Finds certain bytes among others, one after the other: each by the runtime's own search, which is many times faster than a loop.
 *
 * @internal
 */
export class Specials {
  readonly #bytes: Buffer;
  readonly #wanted: ArrayLike<number>;
  /** Where each is found next. */
  readonly #places: number[] = [];

  constructor(bytes: Uint8Array, wanted: ArrayLike<number>) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#wanted = wanted;
    for (let n = 0; n < wanted.length; n++) this.#places.push(-1);
  }

  /** The place of the first from there on; the length of it all if there is none. Places asked for never go back. */
  next(from: number): number {
    const places = this.#places;
    let nearest = this.#bytes.length;
    for (let n = 0; n < places.length; n++) {
      if (places[n]! < from) places[n] = this.#find(this.#wanted[n]!, from);
      if (places[n]! < nearest) nearest = places[n]!;
    }
    return nearest;
  }

  #find(byte: number, from: number): number {
    const place = this.#bytes.indexOf(byte, from);
    return place === -1 ? this.#bytes.length : place;
  }
}

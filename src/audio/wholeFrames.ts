// SPDX-License-Identifier: Apache-2.0

/**
 * Cuts a stream of bytes into pieces that hold whole frames: what is left of the last one waits for the next piece.
 *
 * @internal
 */
export class WholeFrames {
  readonly #size: number;
  #rest: Uint8Array = new Uint8Array(0);

  /** @param size bytes of a frame */
  constructor(size: number) {
    this.#size = size;
  }

  /** Whether a part of a frame waits for the rest. */
  get isWithin(): boolean {
    return this.#rest.length > 0;
  }

  /** The whole frames that are there with these bytes. */
  take(bytes: Uint8Array): Uint8Array {
    let all = bytes;
    if (this.#rest.length > 0) {
      all = new Uint8Array(this.#rest.length + bytes.length);
      all.set(this.#rest);
      all.set(bytes, this.#rest.length);
    }
    const whole = all.length - (all.length % this.#size);
    this.#rest = all.slice(whole); // its own copy: the rest of a large piece would keep it all in memory
    return all.subarray(0, whole);
  }
}

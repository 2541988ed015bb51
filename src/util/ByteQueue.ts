// SPDX-License-Identifier: Apache-2.0

/**
 * Bytes in the order in which they came, taken out in pieces of any size. What lies in one message is not copied.
 *
 * @internal
 */
export class ByteQueue {
  readonly #messages: Uint8Array[] = [];
  /** The first message that is not used up, and how far it is. */
  #first = 0;
  #at = 0;
  #length = 0;

  /** How many bytes wait. */
  get length(): number {
    return this.#length;
  }

  /** @throws TypeError for what is no bytes: from JavaScript, where nobody checks types */
  push(bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array)) throw new TypeError(`Cannot cut ${String(bytes)} into pieces: send bytes`);
    if (bytes.length === 0) return;
    this.#messages.push(bytes);
    this.#length += bytes.length;
  }

  /**
   * Takes so many bytes.
   *
   * @throws RangeError when there are not as many
   */
  take(length: number): Uint8Array {
    if (length > this.#length) throw new RangeError(`Cannot take ${length} bytes: there are ${this.#length}`);
    this.#length -= length;
    const message = this.#messages[this.#first];
    if (message !== undefined && length <= message.length - this.#at) return this.#advance(length);
    const piece = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const rest = this.#messages[this.#first]!.length - this.#at;
      const part = this.#advance(Math.min(rest, length - filled));
      piece.set(part, filled);
      filled += part.length;
    }
    return piece;
  }

  /** Takes the next bytes of the first message. */
  #advance(length: number): Uint8Array {
    const message = this.#messages[this.#first]!;
    const start = this.#at;
    this.#at += length;
    if (this.#at === message.length) this.#drop();
    return start === 0 && length === message.length ? message : message.subarray(start, start + length);
  }

  #drop(): void {
    this.#at = 0;
    this.#first++;
    if (this.#first * 2 < this.#messages.length) return;
    this.#messages.splice(0, this.#first);
    this.#first = 0;
  }
}

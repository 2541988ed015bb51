// SPDX-License-Identifier: Apache-2.0

/** Bytes in pieces, to be taken in other pieces. @internal */
export class Pieces {
  length = 0;
  #pieces: Uint8Array[] = [];
  /** The first piece that is not taken, and how many of its bytes are. */
  #head = 0;
  #offset = 0;

  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.length += piece.length;
  }

  /** The next bytes, up to so many: a part of a piece, or a copy if it takes several. */
  take(most: number): Uint8Array {
    const first = this.#pieces[this.#head]!;
    const wanted = Math.min(most, this.length);
    if (first.length - this.#offset >= wanted) return this.#part(first, wanted);
    const bytes = new Uint8Array(wanted);
    for (let at = 0; at < wanted;) {
      const piece = this.#pieces[this.#head]!;
      const part = this.#part(piece, Math.min(wanted - at, piece.length - this.#offset));
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  clear(): void {
    this.#pieces = [];
    this.#head = this.#offset = this.length = 0;
  }

  #part(piece: Uint8Array, length: number): Uint8Array {
    const part = piece.subarray(this.#offset, this.#offset + length);
    this.length -= length;
    this.#offset += length;
    if (this.#offset < piece.length) return part;
    this.#offset = 0;
    this.#head++;
    if (this.#head > 64 && this.#head * 2 > this.#pieces.length) {
      this.#pieces = this.#pieces.slice(this.#head);
      this.#head = 0;
    }
    return part;
  }
}

// SPDX-License-Identifier: Apache-2.0

/** What is a member of something. */
export interface Member {
  /** Its place there; -1: it is nowhere. */
  place: number;
}

/** So many holes are left before places are given anew. */
const HOLES = 32;

/**
 * A set of things that know their place in it, in the order in which they came.
 *
 * Not a Set, because of those that come and go all the time, as connections do. When a Set that has lived for some time is reorganised, its old table is rubbish
 * that the small garbage collections do not look at, but that keeps all alive that it held; they move it about until the next large one.
 */
export class Members<T extends Member> implements Iterable<T> {
  readonly #places: (T | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds one that is nowhere, or here already. */
  add(member: T): void {
    if (member.place >= 0) return;
    if (this.#places.length - this.#size > Math.max(HOLES, this.#size)) this.#closeUp();
    member.place = this.#places.push(member) - 1;
    this.#size++;
  }

  /** Answers whether it was here. */
  delete(member: T): boolean {
    const places = this.#places;
    if (member.place < 0 || places[member.place] !== member) return false;
    places[member.place] = undefined;
    member.place = -1;
    this.#size--;
    while (places.length > 0 && places.at(-1) === undefined) places.pop();
    return true;
  }

  /** Those that are here now: who comes or goes meanwhile changes nothing. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.#places.filter((member) => member !== undefined)[Symbol.iterator]();
  }

  #closeUp(): void {
    let count = 0;
    for (const member of this.#places) {
      if (member === undefined) continue;
      this.#places[count] = member;
      member.place = count++;
    }
    this.#places.length = count;
  }
}

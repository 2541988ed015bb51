// SPDX-License-Identifier: Apache-2.0

/** Where a system's components take their random numbers from. */
export interface Random {
  /** A number from 0 up to, but not including, 1. */
  next(): number;
  /** A whole number from 0 up to, but not including, `below`. */
  integer(below: number): number;
  /** A generator of its own for a part of the system, so that parts do not disturb each other's sequence. */
  fork(name: string): Random;
}

/**
 * A random source that repeats: the same seed gives the same numbers, on every run and every machine.
 *
 * sfc32 of Chris Doty-Humphrey's PractRand: 128 bits of state, fast, passes BigCrush. Not for cryptography.
 *
 * @example
 * const random = new SeededRandom(42);
 * random.integer(6) + 1; // 3
 */
export class SeededRandom implements Random {
  readonly seed: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /**
   * @param seed any whole number; only its lower 32 bits count
   * @throws RangeError for what is none: all of those would give the same numbers
   */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`Cannot make numbers from the seed ${seed}: give a whole number`);
    this.seed = seed;
    this.#a = 0x9e3779b9 | 0;
    this.#b = 0x243f6a88 | 0;
    this.#c = seed | 0;
    for (let i = 0; i < 15; i++) this.#step();
  }

  next(): number {
    return this.#step() / 0x1_0000_0000;
  }

  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  fork(name: string): Random {
    let hash = this.#step() | 0;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    return new SeededRandom(hash);
  }

  #step(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }
}

/** A source seeded differently each time: what a system uses unless it is given one. */
export function unseededRandom(): Random {
  return new SeededRandom(Math.floor(Math.random() * 0x1_0000_0000));
}

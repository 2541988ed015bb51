// SPDX-License-Identifier: Apache-2.0
// How much parity a block gets before anybody asks.
import { MOST_SYMBOLS } from "./wire.ts";

/** A block that was sent, as far as one can learn from it. */
export interface Lesson {
  /** Source symbols. */
  readonly size: number;
  /** Parity that was sent without anybody having asked for it. */
  parity: number;
  /** How much parity would have been enough, if somebody has asked for more; else 0. */
  needed: number;
  /** When all this had left. */
  finished: number;
}

/** How many blocks are looked at to judge what the next one needs, and how few are too few. */
const JUDGED = 24;
const FEW = 8;
/** Receivers from which on it pays to send as much parity as nearly all blocks need: somebody always lacks something, and how much that is hardly varies. */
const MANY = 10;
/** How many receivers should still lack something of a block: so much parity that it is this many. In small groups what is asked for afterwards costs less than what nobody needs. */
const [LACK_FEW, LACK_MANY] = [0.84, 0.5];
/** Symbols of which receivers told, after which older news counts half: loss changes. */
const MEMORY = 4096;
/** So many symbols that were not lost are added to what receivers tell of: few say little, and it is those who have lost most that ask. */
const DOUBT = 32;
/** No more is believed to be lost: what gets nothing at all cannot be helped by parity. */
const MOST_LOSS = 0.9;
/** How many guesses are remembered. */
const MOST_GUESSES = 1000;

/**
 * How much parity blocks will need. As long as few blocks were sent, that is guessed: from what share of the symbols those lost who asked, as if all lost as many. Then it is
 * learned from what was asked for, among blocks of about the same size.
 *
 * @internal
 */
export class Learning {
  #lost = 0;
  #of = 0;
  readonly #groupSize: number;
  /** Blocks of 1, 2–3, 4–7 … symbols; the last ones last. */
  readonly #lessons: Lesson[][] = Array.from({ length: 8 }, () => []);
  readonly #guesses = new Map<number, number>();

  constructor(groupSize: number) {
    this.#groupSize = groupSize;
  }

  /** Between 0, for one receiver, and 1, for many. */
  get crowd(): number {
    return Math.min(1, Math.log(this.#groupSize) / Math.log(MANY));
  }

  /** What share of the symbols receivers lose, as far as they have told. */
  get loss(): number {
    return Math.min(MOST_LOSS, this.#lost / (this.#of + DOUBT));
  }

  /** Somebody has lost so many symbols of so many. */
  lost(lost: number, of: number): void {
    if (this.#of > MEMORY) [this.#lost, this.#of] = [this.#lost / 2, this.#of / 2];
    this.#lost += Math.max(0, lost);
    this.#of += of;
  }

  add(lesson: Lesson): void {
    this.#lessons[bucket(lesson.size)]!.push(lesson);
  }

  /** Those that were sent and of which it is not clear yet what is missing. */
  recent(): Lesson[] {
    return this.#lessons.flat();
  }

  /**
   * How much parity a block of this size should get.
   *
   * @param before when blocks must have left so that all who lack something have asked
   */
  parity(size: number, before: number): number {
    const lessons = this.#lessons[bucket(size)]!;
    while (lessons.length > JUDGED && lessons[JUDGED]!.finished < before) lessons.shift();
    const needs: number[] = [];
    for (const { finished, size: full, parity, needed } of lessons.slice(0, JUDGED))
      if (finished <= before) needs.push((needed > parity ? needed : Math.max(0, parity - 1)) / full);
    if (needs.length < FEW) return this.guess(size);
    const mean = needs.reduce((sum, need) => sum + need, 0) / needs.length;
    const variance = needs.reduce((sum, need) => sum + (need - mean) ** 2, 0) / needs.length;
    return clamp(Math.floor((mean + (2 * this.crowd - 1) * Math.sqrt(variance)) * size), size);
  }

  /** Whether too little is known, or what is known cannot be true any more, as most blocks were asked for. */
  isGuessing(size: number, before: number): boolean {
    const judged = this.#lessons[bucket(size)]!.filter(({ finished }) => finished <= before);
    return judged.length < FEW || (this.crowd > 0.5 && judged.filter(({ parity, needed }) => needed > parity).length > judged.length / 2);
  }

  /** So much parity that of the whole group hardly anybody lacks something, if all lose as much as those who have asked. */
  guess(size: number): number {
    const step = Math.round(this.loss * 500);
    if (step === 0) return 0;
    const key = step * MOST_SYMBOLS + size;
    let parity = this.#guesses.get(key);
    if (parity !== undefined) return parity;
    const lack = LACK_FEW + (LACK_MANY - LACK_FEW) * this.crowd;
    parity = clamp(parityFor(size, step / 500, lack / this.#groupSize), size);
    if (this.#guesses.size >= MOST_GUESSES) this.#guesses.clear();
    this.#guesses.set(key, parity);
    return parity;
  }
}

/** How much parity a block needs so that the chance of it being too little is this, if each symbol is lost by itself. */
export function parityFor(size: number, loss: number, chance: number): number {
  for (let parity = 0; parity < MOST_SYMBOLS - size; parity++) {
    let exactly = (1 - loss) ** (size + parity);
    let enough = exactly;
    for (let lost = 1; lost <= parity; lost++) enough += exactly *= ((size + parity - lost + 1) / lost) * (loss / (1 - loss));
    if (enough >= 1 - chance) return parity;
  }
  return MOST_SYMBOLS - size;
}

function clamp(parity: number, size: number): number {
  return Math.min(Math.max(0, parity), MOST_SYMBOLS - size);
}

function bucket(size: number): number {
  return 31 - Math.clz32(size);
}

// SPDX-License-Identifier: Apache-2.0
import type { Random } from "kamaelia/axon";

/** Samples per second of all that is made here. */
export const RATE = 44_100;

/** One note: when it begins and how long it is held, in beats; how high, in semitones (60 is middle C); how strong, up to 1. */
export interface Note {
  readonly at: number;
  readonly beats: number;
  readonly pitch: number;
  readonly strength: number;
}

/** Hertz. */
export function frequencyOf(pitch: number): number {
  return 440 * 2 ** ((pitch - 69) / 12);
}

/** The degrees of a scale as semitones above its first. */
export const scales = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  pentatonic: [0, 2, 4, 7, 9],
} as const;

/** A degree of a scale, however far up or down, as a pitch. */
export function degree(scale: readonly number[], root: number, step: number): number {
  const octave = Math.floor(step / scale.length);
  return root + octave * 12 + scale[step - octave * scale.length]!;
}

/** One of them. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(list.length)]!;
}

/** Whether something happens that happens so often, of 1. */
export function chance(random: Random, probability: number): boolean {
  return random.next() < probability;
}

/** A little more or less, so that it does not sound like a machine. */
export function about(random: Random, value: number, spread: number): number {
  return value + (random.next() * 2 - 1) * spread;
}

/** A melody that wanders through a scale, in small steps, and comes back when it has gone too far. */
export class Wanderer {
  #step: number;
  readonly #low: number;
  readonly #high: number;
  readonly #random: Random;

  constructor(random: Random, low: number, high: number) {
    this.#random = random;
    this.#low = low;
    this.#high = high;
    this.#step = low + random.integer(high - low + 1);
  }

  next(): number {
    const moved = this.#step + pick(this.#random, [-2, -1, -1, 0, 1, 1, 2, 3, -3]);
    this.#step = moved < this.#low ? this.#low + 1 : moved > this.#high ? this.#high - 1 : moved;
    return this.#step;
  }
}

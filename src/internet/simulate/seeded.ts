// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, type Random, SeededRandom } from "../../axon/index.ts";
import { checkProbability } from "./loss.ts";

/** What chance starts from. */
export interface SeedOptions {
  /** What chance starts from, so that it repeats. Default: the system's random source. */
  readonly seed?: number;
}

/** How often something happens to a message. */
export interface ChanceOptions extends SeedOptions {
  /** Probability, 0 to 1, for each message by itself. Default 0.1. */
  readonly probability?: number;
}

/** The random source of a component: its own if it has a seed. @internal */
export function randomOf(component: AnyComponent, seed: number | undefined): Random {
  return seed === undefined ? component.system.random : new SeededRandom(seed);
}

/** @throws RangeError for what is no seed @internal */
export function checkSeed(what: string, seed: number | undefined): void {
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw new RangeError(`Cannot ${what} with the seed ${seed}: give a whole number`);
}

/** @throws RangeError for what is no probability, or no seed @internal */
export function checkChance(what: string, probability: number, seed: number | undefined): void {
  checkProbability(what, probability);
  checkSeed(`simulate a ${what}`, seed);
}

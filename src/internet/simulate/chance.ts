// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";
import { cubeRoot, inverseNormal, ln } from "./numbers.ts";

/** The shapes of jitter. */
export type Distribution = "uniform" | "normal" | "exponential" | "pareto" | "paretonormal";

/** Draws numbers from 0 up to 1, each like the one before to the degree of the correlation, as netem does. @internal */
export class CorrelatedDraw {
  readonly #random: Random;
  readonly #correlation: number;
  #last: number;

  constructor(random: Random, correlation: number) {
    this.#random = random;
    this.#correlation = correlation;
    this.#last = random.next();
  }

  next(): number {
    const value = this.#random.next();
    if (this.#correlation === 0) return value;
    return (this.#last = value * (1 - this.#correlation) + this.#last * this.#correlation);
  }
}

/** How many places a table has; between them it is interpolated. */
const PLACES = 8192;
const tables = new Map<Distribution, Float64Array>();

/**
 * How many jitters a delay differs from the one in the middle, for a number drawn from 0 to 1. Uniform: at most one either way. Normal, pareto, paretonormal:
 * on average 0, with a standard deviation of 1. Exponential: always more, on average 1.
 *
 * @internal
 */
export function deviation(distribution: Distribution, draw: number): number {
  if (distribution === "uniform") return 2 * draw - 1;
  let table = tables.get(distribution);
  if (table === undefined) tables.set(distribution, (table = tableOf(QUANTILES[distribution])));
  const place = draw * PLACES - 0.5;
  if (place <= 0) return table[0]!;
  if (place >= PLACES - 1) return table[PLACES - 1]!;
  const below = Math.floor(place);
  return table[below]! + (table[below + 1]! - table[below]!) * (place - below);
}

function tableOf(quantile: (p: number) => number): Float64Array {
  return Float64Array.from({ length: PLACES }, (_, i) => quantile((i + 0.5) / PLACES));
}

/** Pareto's distribution with the exponent 3, of mean 0 and standard deviation 1. */
const pareto = (p: number): number => (1 / cubeRoot(1 - p) - 1.5) / Math.sqrt(0.75);

const QUANTILES: Readonly<Record<Exclude<Distribution, "uniform">, (p: number) => number>> = {
  normal: inverseNormal,
  exponential: (p) => -ln(1 - p),
  pareto,
  paretonormal: (p) => 0.25 * inverseNormal(p) + 0.75 * pareto(p), // the mixture of iproute2's table of that name
};

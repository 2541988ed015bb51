// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";
import { CorrelatedDraw } from "./chance.ts";

/**
 * How packets get lost, in the words and the order of Linux's netem; all are probabilities from 0 to 1.
 *
 * - a number: each packet is lost with this probability, whatever became of the others
 * - `random`: the same, perhaps with a correlation to the one before
 * - `gemodel`: p (from good to bad), r (from bad to good; default 1 - p), 1-h (loss while bad; default 1), 1-k (loss while good; default 0): the model of
 *   Gilbert (1960) and Elliott (1963). With the defaults of h and k, bursts are 1 / r packets long on average, and p / (p + r) of all packets are lost
 * - `state`: p13, p31 (default 1 - p13), p32 (default 0), p23 (default 1), p14 (default 0): the four states of Salsano, Ludovici and Ordine:
 *   1 received, 2 received within a burst, 3 lost within a burst, 4 lost alone
 */
export type Loss =
  | number
  | { readonly random: number; readonly correlation?: number }
  | { readonly gemodel: readonly [p: number, r?: number, oneMinusH?: number, oneMinusK?: number] }
  | { readonly state: readonly [p13: number, p31?: number, p32?: number, p23?: number, p14?: number] };

/** Decides of each packet in turn. @internal */
export interface LossModel {
  /** Whether the next packet is lost. */
  lost(): boolean;
}

/** @throws RangeError for what is no probability @internal */
export function lossModel(loss: Loss, random: Random): LossModel | undefined {
  checkLoss(loss);
  if (typeof loss === "number") return loss === 0 ? undefined : new RandomLoss(random, loss, 0);
  if ("random" in loss) return new RandomLoss(random, loss.random, loss.correlation ?? 0);
  if ("gemodel" in loss) return new GilbertElliottLoss(random, loss.gemodel);
  return new FourStateLoss(random, loss.state);
}

/** @throws RangeError for what is no model, and for what is no probability @internal */
export function checkLoss(loss: Loss): void {
  if (typeof loss === "number") return checkProbability("loss", loss);
  const kinds = KINDS.filter((kind) => kind in loss);
  if (kinds.length !== 1)
    throw new RangeError(`Cannot simulate a loss with ${kinds.join(" and ") || "no model"}: give a number, or one of ${KINDS.join(", ")}`);
  for (const [name, values] of Object.entries(loss)) {
    for (const value of [values].flat()) if (value !== undefined) checkProbability(`loss (${name})`, value);
  }
  if ("random" in loss) return;
  if ("correlation" in loss) throw new RangeError(`Cannot simulate a loss (${kinds[0]}) with a correlation: only random losses have one`);
  if ("gemodel" in loss) checkCount("gemodel", "p, r, 1-h, 1-k", loss.gemodel);
  else checkState(loss.state);
}

const KINDS = ["random", "gemodel", "state"];
/** What sums of probabilities are off. */
const ROUNDING = 1e-9;

function checkCount(name: string, names: string, values: readonly (number | undefined)[]): void {
  const most = names.split(",").length;
  const { length } = values;
  if (values[0] === undefined || length > most)
    throw new RangeError(`Cannot simulate a loss (${name}) with ${length} probabilities: give 1 to ${most}: ${names}`);
}

/** From each state the ways to others are at most certain together. */
function checkState(state: readonly [p13: number, p31?: number, p32?: number, p23?: number, p14?: number]): void {
  checkCount("state", "p13, p31, p32, p23, p14", state);
  const [p13, p31 = 1 - p13, p32 = 0, , p14 = 0] = state;
  for (const [names, sum] of [
    ["p13 and p14", p13 + p14],
    ["p31 and p32", p31 + p32],
  ] as const) {
    if (sum > 1 + ROUNDING) throw new RangeError(`Cannot simulate a loss (state) whose ${names} are ${sum} together: give at most 1`);
  }
}

/** @throws RangeError for what is no probability @internal */
export function checkProbability(what: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`Cannot simulate a ${what} of ${value}: a probability is from 0 to 1`);
}

class RandomLoss implements LossModel {
  readonly #draw: CorrelatedDraw;
  readonly #probability: number;

  constructor(random: Random, probability: number, correlation: number) {
    this.#draw = new CorrelatedDraw(random, correlation);
    this.#probability = probability;
  }

  lost(): boolean {
    return this.#draw.next() < this.#probability;
  }
}

class GilbertElliottLoss implements LossModel {
  readonly #random: Random;
  readonly #becomesBad: number;
  readonly #becomesGood: number;
  readonly #lossWhileBad: number;
  readonly #lossWhileGood: number;
  #bad = false;

  constructor(
    random: Random,
    [p, r = 1 - p, oneMinusH = 1, oneMinusK = 0]: readonly [p: number, r?: number, oneMinusH?: number, oneMinusK?: number],
  ) {
    this.#random = random;
    this.#becomesBad = p;
    this.#becomesGood = r;
    this.#lossWhileBad = oneMinusH;
    this.#lossWhileGood = oneMinusK;
  }

  /** What becomes of this packet depends on the state before it, as in netem. */
  lost(): boolean {
    const bad = this.#bad;
    if (this.#random.next() < (bad ? this.#becomesGood : this.#becomesBad)) this.#bad = !bad;
    return this.#random.next() < (bad ? this.#lossWhileBad : this.#lossWhileGood);
  }
}

class FourStateLoss implements LossModel {
  readonly #random: Random;
  readonly #p13: number;
  readonly #p31: number;
  readonly #p32: number;
  readonly #p23: number;
  readonly #p14: number;
  #state: 1 | 2 | 3 = 1;

  constructor(
    random: Random,
    [p13, p31 = 1 - p13, p32 = 0, p23 = 1, p14 = 0]: readonly [p13: number, p31?: number, p32?: number, p23?: number, p14?: number],
  ) {
    this.#random = random;
    this.#p13 = p13;
    this.#p31 = p31;
    this.#p32 = p32;
    this.#p23 = p23;
    this.#p14 = p14;
  }

  lost(): boolean {
    const draw = this.#random.next();
    if (this.#state === 1) {
      if (draw < this.#p14) return true; // state 4: one alone, and back
      if (draw >= this.#p14 + this.#p13) return false;
      this.#state = 3;
      return true;
    }
    if (this.#state === 2) {
      if (draw < this.#p23) this.#state = 3;
      return this.#state === 3;
    }
    if (draw < this.#p32) this.#state = 2;
    else if (draw < this.#p32 + this.#p31) this.#state = 1;
    return this.#state === 3;
  }
}

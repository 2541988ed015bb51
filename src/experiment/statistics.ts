// SPDX-License-Identifier: Apache-2.0

/** What several values of one measure say together. */
export interface Estimate {
  /** How many values there are. */
  readonly count: number;
  readonly mean: number;
  /** The standard deviation of a value: how much one run differs from another. NaN for a single value. */
  readonly deviation: number;
  /** The confidence interval of the mean: half of its width. NaN for a single value, which says nothing of how sure it is. */
  readonly halfWidth: number;
  /** Where the confidence interval begins and ends. */
  readonly low: number;
  readonly high: number;
  /** The least and the largest value. */
  readonly least: number;
  readonly most: number;
}

/**
 * The mean of some values, and between what bounds the mean of all that there could be is: by Student's t, for values that are independent of each other, and not
 * far from normal, or many.
 *
 * @param confidence how often such an interval holds the true mean. Default 0.95
 * @throws RangeError for a confidence that is not between 0 and 1
 * @example
 * estimate([9, 10, 11, 14]).mean; // 11
 * estimate([9, 10, 11, 14]).halfWidth.toFixed(2); // 3.44
 */
export function estimate(values: readonly number[], confidence = 0.95): Estimate {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Cannot be sure to ${confidence}: give a confidence between 0 and 1`);
  const count = values.length;
  const mean = sum(values) / count; // NaN for none
  const deviation = count < 2 ? NaN : Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (count - 1));
  const halfWidth = count < 2 ? NaN : (studentQuantile((1 + confidence) / 2, count - 1) * deviation) / Math.sqrt(count);
  const least = values.reduce((one, other) => Math.min(one, other), count === 0 ? NaN : Infinity);
  const most = values.reduce((one, other) => Math.max(one, other), count === 0 ? NaN : -Infinity);
  return { count, mean, deviation, halfWidth, low: mean - halfWidth, high: mean + halfWidth, least, most };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Steps of bisection: each gives a bit of a number that has 53, and some more for its size. */
const STEPS = 60;

/**
 * Below what a variable with Student's t distribution is with this probability.
 *
 * @param degrees of freedom: a whole number from 1
 * @throws RangeError for other degrees of freedom, and for what is no probability
 * @example
 * studentQuantile(0.975, 4).toFixed(3); // 2.776
 */
export function studentQuantile(probability: number, degrees: number): number {
  if (!(Number.isInteger(degrees) && degrees >= 1))
    throw new RangeError(`Cannot take ${degrees} degrees of freedom: give a whole number from 1`);
  if (!(probability >= 0 && probability <= 1))
    throw new RangeError(`Cannot find a quantile for ${probability}: a probability is from 0 to 1`);
  if (probability === 0 || probability === 1) return probability === 0 ? -Infinity : Infinity;
  if (probability < 0.5) return -studentQuantile(1 - probability, degrees);
  let [low, high] = [0, Math.PI / 2]; // t = √degrees × tan θ grows with θ
  for (let i = 0; i < STEPS; i++) {
    const middle = (low + high) / 2;
    if ((1 + within(middle, degrees)) / 2 < probability) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan((low + high) / 2);
}

/** With what probability such a variable is between -t and t, where t = √degrees × tan θ: Abramowitz and Stegun, 26.7.3 and 26.7.4. */
function within(theta: number, degrees: number): number {
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let series = degrees === 1 ? 0 : term;
  for (let i = isOdd ? 3 : 2; i <= degrees - 2 && term > 1e-18 * series; i += 2) {
    term *= ((i - 1) / i) * cosine ** 2;
    series += term;
  }
  return isOdd ? (2 / Math.PI) * (theta + sine * series) : sine * series;
}

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../axon/index.ts";
import { estimate, studentQuantile } from "./statistics.ts";

test("studentQuantile() is what the tables say, from one degree of freedom to very many", () => {
  const table: [probability: number, degrees: number, quantile: string][] = [
    [0.975, 1, "12.7062"],
    [0.975, 2, "4.3027"],
    [0.975, 3, "3.1824"],
    [0.975, 4, "2.7764"],
    [0.975, 9, "2.2622"],
    [0.975, 10, "2.2281"],
    [0.975, 29, "2.0452"],
    [0.975, 30, "2.0423"],
    [0.975, 120, "1.9799"],
    [0.975, 100_000, "1.9600"],
    [0.995, 5, "4.0321"],
    [0.9995, 7, "5.4079"],
    [0.9995, 1, "636.6192"],
    [0.9, 20, "1.3253"],
    [0.75, 1, "1.0000"],
    [0.5, 3, "0.0000"],
  ];
  for (const [probability, degrees, quantile] of table) {
    assert.equal(studentQuantile(probability, degrees).toFixed(4), quantile, `${probability}, ${degrees}`);
    if (probability !== 0.5) assert.equal((-studentQuantile(1 - probability, degrees)).toFixed(4), quantile);
  }
  assert.deepEqual([studentQuantile(0, 3), studentQuantile(1, 3)], [-Infinity, Infinity]);
});

test("estimate() gives mean, deviation and interval of known numbers", () => {
  const { count, mean, deviation, low, high, least, most } = estimate([2, 4, 4, 4, 5, 5, 7, 9]);
  assert.deepEqual([count, mean, least, most], [8, 5, 2, 9]);
  assert.equal(deviation.toFixed(6), "2.138090");
  assert.deepEqual([low.toFixed(4), high.toFixed(4)], ["3.2125", "6.7875"]); // 5 ± 2.3646 × 2.1381 / √8
  const sure = estimate([2, 4, 4, 4, 5, 5, 7, 9], 0.99);
  assert.equal(sure.halfWidth.toFixed(4), "2.6454");
});

test("estimate() does not pretend to know how sure a single value is", () => {
  const { count, mean, deviation, halfWidth } = estimate([7]);
  assert.deepEqual([count, mean, deviation, halfWidth], [1, 7, NaN, NaN]);
  assert.deepEqual([estimate([]).count, estimate([]).mean, estimate([]).least], [0, NaN, NaN]);
  assert.equal(estimate([3, 3, 3]).halfWidth, 0);
});

test("the interval of estimate() holds the true mean as often as it says (binomial bound, p > 0.001)", () => {
  const random = new SeededRandom(3);
  const trials = 4000;
  for (const [confidence, count] of [
    [0.95, 3],
    [0.95, 10],
    [0.8, 5],
  ] as const) {
    let held = 0;
    for (let i = 0; i < trials; i++) {
      const { low, high } = estimate(
        Array.from({ length: count }, () => normal(random)),
        confidence,
      );
      held += Number(low <= 0 && 0 <= high);
    }
    const bound = 3.29 * Math.sqrt(trials * confidence * (1 - confidence));
    assert.ok(Math.abs(held - trials * confidence) < bound, `${held} of ${trials} hold it, expected ${trials * confidence} ± ${bound}`);
  }
});

/** The method of Box and Muller. */
function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

test("what is no confidence, probability or number of degrees is refused", () => {
  assert.throws(() => estimate([1, 2], 1), /RangeError: Cannot be sure to 1: give a confidence between 0 and 1/);
  assert.throws(() => studentQuantile(0.9, 1.5), /RangeError: Cannot take 1.5 degrees of freedom/);
  assert.throws(() => studentQuantile(2, 1), /RangeError: Cannot find a quantile for 2/);
});

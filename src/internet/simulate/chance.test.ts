// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../axon/index.ts";
import { CorrelatedDraw, deviation, type Distribution } from "./chance.ts";
import { cubeRoot, inverseNormal, ln } from "./numbers.ts";

test("ln, cubeRoot and inverseNormal agree with what is known, to twelve and to eight digits", () => {
  for (const x of [1e-9, 0.1, 0.5, 1, 2, 10, 12_345.678]) {
    assert.ok(Math.abs(ln(x) - Math.log(x)) < 1e-12 * Math.max(1, Math.abs(Math.log(x))), `ln ${x}`);
    assert.ok(Math.abs(cubeRoot(x) / Math.cbrt(x) - 1) < 1e-12, `cube root of ${x}`);
    assert.ok(Math.abs(cubeRoot(-x) + cubeRoot(x)) === 0);
  }
  for (const [p, z] of [
    [0.5, 0],
    [0.975, 1.959963985],
    [0.0005, -3.290526731],
    [0.8413447461, 1],
  ] as const) {
    assert.ok(Math.abs(inverseNormal(p) - z) < 2e-8, `inverse normal of ${p}: ${inverseNormal(p)}`);
  }
});

for (const [distribution, mean, variance] of [
  ["uniform", 0, 1 / 3],
  ["normal", 0, 1],
  ["exponential", 1, 1],
  ["pareto", 0, 1],
] satisfies [Distribution, number, number][]) {
  test(`jitter that is ${distribution} has a mean of ${mean} and a variance of ${variance.toFixed(2)}`, () => {
    const random = new SeededRandom(3);
    const values = Array.from({ length: 200_000 }, () => deviation(distribution, random.next()));
    const average = values.reduce((sum, x) => sum + x, 0) / values.length;
    const spread = values.reduce((sum, x) => sum + (x - average) ** 2, 0) / values.length;
    assert.ok(Math.abs(average - mean) < 0.01, `mean ${average}`);
    assert.ok(Math.abs(spread - variance) < 0.15 * variance, `variance ${spread}`); // Pareto's tail is heavy: its variance converges slowly
  });
}

test("a correlated draw is like the one before, to the degree that was asked for", () => {
  const draw = new CorrelatedDraw(new SeededRandom(1), 0.6);
  const values = Array.from({ length: 100_000 }, () => draw.next() - 0.5);
  const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length;
  const covariance = values.slice(1).reduce((sum, x, i) => sum + x * values[i]!, 0) / values.length;
  assert.ok(Math.abs(covariance / variance - 0.6) < 0.01, `correlation ${covariance / variance}`);
});

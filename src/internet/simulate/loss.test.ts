// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../axon/index.ts";
import { type Loss, lossModel } from "./loss.ts";
import { assertChiSquare, assertShare, geometric, histogram, runs } from "./parts.ts";

const MANY = 1_000_000;

/** What becomes of a million packets. */
function fates(loss: Loss): boolean[] {
  const model = lossModel(loss, new SeededRandom(1))!;
  return Array.from({ length: MANY }, () => model.lost());
}

function count(values: readonly boolean[]): number {
  return values.reduce((sum, value) => sum + Number(value), 0);
}

test("independent loss loses its share, in bursts as long as chance makes them (chi-square, p > 0.001)", () => {
  const lost = fates(0.1);
  assertShare("lost", count(lost), MANY, 0.1);
  assertChiSquare("bursts", histogram(runs(lost), 6), geometric(0.1, 6));
  const gaps = runs(lost.map((one) => !one));
  assertChiSquare("gaps", histogram(gaps, 60), geometric(0.9, 60));
});

test("Gilbert-Elliott loses p / (p + r), in bursts of 1 / r on average (chi-square, p > 0.001)", () => {
  const lost = fates({ gemodel: [0.01, 0.3] });
  const bursts = runs(lost);
  // The number of losses varies more than independent ones: by (1 + λ) / (1 - λ), where λ = 1 - p - r is how much a packet's fate is like the one before.
  const share = 0.01 / 0.31;
  const deviation = Math.sqrt((MANY * share * (1 - share) * 1.69) / 0.31);
  assert.ok(Math.abs(count(lost) - MANY * share) < 3.3 * deviation, `${count(lost)} lost, expected ${MANY * share}`);
  assertChiSquare("bursts", histogram(bursts, 15), geometric(0.7, 15));
  assertChiSquare("gaps", histogram(runs(lost.map((one) => !one)), 200), geometric(0.99, 200));
});

test("Gilbert-Elliott takes netem's defaults, and its order: p, r, 1-h, 1-k", () => {
  const simple = fates({ gemodel: [0.2] });
  assertChiSquare("bursts", histogram(runs(simple), 8), geometric(0.2, 8)); // r is 1 - p: as independent loss
  const both = fates({ gemodel: [0.05, 0.15, 0.5, 0.02] });
  const share = 0.25 * 0.5 + 0.75 * 0.02;
  assert.ok(Math.abs(count(both) / MANY - share) < 0.003, `${count(both)} lost, expected ${MANY * share}`);
});

test("four states: isolated losses (p14) and bursts (p13) as the stationary distribution says", () => {
  const [p13, p31, p32, p23, p14] = [0.02, 0.2, 0.3, 0.4, 0.01] as const;
  const lost = fates({ state: [p13, p31, p32, p23, p14] });
  // The balance of the states: π3 is lost in a burst, π2 = π3 p32 / p23 received in one, π1 = π3 p31 / p13, π4 = π1 p14 is lost alone.
  const [two, one] = [p32 / p23, p31 / p13];
  const share = (1 + one * p14) / (1 + two + one + one * p14);
  assert.ok(Math.abs(count(lost) / MANY - share) < 0.003, `${count(lost)} lost, expected ${(MANY * share).toFixed(0)}`);
  assertShare("with the defaults", count(fates({ state: [0.1] })), MANY, 0.1); // then it is independent loss
});

test("correlated loss comes in longer bursts", () => {
  const lost = fates({ random: 0.3, correlation: 0.75 });
  const bursts = runs(lost);
  const mean = bursts.reduce((sum, length) => sum + length, 0) / bursts.length;
  const independent = 1 / (1 - count(lost) / MANY);
  assert.ok(mean > 1.4 * independent, `bursts are ${mean} long, independent ones ${independent}`);
});

test("what is no probability is refused", () => {
  for (const loss of [1.1, -0.1, Number.NaN, { gemodel: [0.1, 2] as const }, { state: [0.1, 0.5, -1] as const }, { random: 5 }]) {
    assert.throws(() => lossModel(loss, new SeededRandom(1)), /RangeError: Cannot simulate a loss.*a probability is from 0 to 1/);
  }
});

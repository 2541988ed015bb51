// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonical, pointsOf, trialsOf } from "./plans.ts";

test("pointsOf() gives all combinations of a grid, the last parameter fastest, then the points, each once", () => {
  const plan = {
    grid: { loss: [0.1, 0.2], queue: ["tail", "codel"] },
    points: [
      { loss: 0, queue: "none" },
      { queue: "tail", loss: 0.1 },
    ],
  };
  assert.deepEqual(pointsOf(plan), [
    { loss: 0.1, queue: "tail" },
    { loss: 0.1, queue: "codel" },
    { loss: 0.2, queue: "tail" },
    { loss: 0.2, queue: "codel" },
    { loss: 0, queue: "none" },
  ]);
});

test("trialsOf() gives each run a seed of its own", () => {
  const trials = trialsOf({ grid: { a: [1, 2, 3, 4, 5], b: ["x", "y"] }, repetitions: 100, seed: 7 });
  assert.equal(trials.length, 1000);
  assert.equal(new Set(trials.map(({ seed }) => seed)).size, 1000);
  assert.ok(trials.every(({ seed }) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32));
  assert.notDeepEqual(trialsOf({ points: [{}], seed: 8 }), trialsOf({ points: [{}], seed: 7 }));
});

test("seeds depend on what a point is, not on the others, nor on the order of its parameters", () => {
  const seedsAt = (plan: Parameters<typeof trialsOf>[0], a: number): number[] =>
    trialsOf(plan)
      .filter(({ parameters }) => canonical(parameters).includes(`"a":${a}`))
      .map(({ seed }) => seed);
  const few = seedsAt({ grid: { a: [1, 2], b: [0] }, repetitions: 3 }, 2);
  assert.deepEqual(seedsAt({ grid: { b: [0], a: [5, 2, 7] }, repetitions: 3 }, 2), few);
  assert.deepEqual(seedsAt({ grid: { a: [2], b: [0] }, repetitions: 5 }, 2).slice(0, 3), few);
});

test("with common random numbers the runs of a repetition have the same seed everywhere", () => {
  const trials = trialsOf({ grid: { a: [1, 2, 3] }, repetitions: 4, commonRandomNumbers: true });
  const seeds = Map.groupBy(trials, ({ repetition }) => repetition);
  assert.equal(seeds.size, 4);
  for (const group of seeds.values()) assert.equal(new Set(group.map(({ seed }) => seed)).size, 1);
  assert.equal(new Set(trials.map(({ seed }) => seed)).size, 4);
});

test("plans that cannot be are refused", () => {
  assert.throws(() => trialsOf({}), /RangeError: Cannot run an experiment without points: give a grid/);
  assert.throws(() => trialsOf({ grid: { a: [] } }), /without points/);
  assert.throws(() => trialsOf({ points: [{}], repetitions: 0 }), /RangeError: Cannot repeat 0 times/);
  assert.throws(() => trialsOf({ points: [{}], seed: 0.5 }), /RangeError: Cannot make seeds from 0.5/);
  for (const [value, text] of [
    [Infinity, "Infinity"],
    [-0, "-0"],
    [7n, "7n"],
    [new Map(), "Map(0) {}"],
  ] as const)
    // prettier-ignore
    assert.throws(() => trialsOf({ grid: { a: [value] } }), { name: "TypeError", message: `Cannot use the parameter a: ${text} is not what a JSON file can hold` });
  assert.throws(() => trialsOf({ points: [7] }), /TypeError: Cannot run an experiment at 7/);
});

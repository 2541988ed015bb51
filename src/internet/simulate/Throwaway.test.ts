// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { assertChiSquare, assertShare, geometric, histogram, runs } from "./parts.ts";
import { Throwaway } from "./Throwaway.ts";

const MANY = 50_000;
const NUMBERS = Array.from({ length: MANY }, (_, i) => i);

test("Throwaway() loses its share, each by itself (chi-square, p > 0.001)", async () => {
  const { outbox } = await drive(Throwaway<number>({ probability: 0.2, seed: 1 }), { inbox: NUMBERS });
  assertShare("lost", MANY - outbox.length, MANY, 0.2);
  const there = new Set(outbox);
  const bursts = runs(NUMBERS.map((i) => !there.has(i)));
  assertChiSquare("bursts", histogram(bursts, 6), geometric(0.2, 6));
});

test("Throwaway() repeats with its seed, and otherwise takes chance from its system (the original had no choice of either)", async () => {
  const few = NUMBERS.slice(0, 100);
  const sent = async (seed?: number, of = 1): Promise<number[]> =>
    (await drive(Throwaway<number>(seed === undefined ? {} : { seed }), { inbox: few }, { seed: of })).outbox;
  assert.deepEqual(await sent(5, 1), await sent(5, 2));
  assert.notDeepEqual(await sent(5), await sent(6));
  assert.deepEqual(await sent(undefined, 1), await sent(undefined, 1));
  assert.notDeepEqual(await sent(undefined, 1), await sent(undefined, 2));
});

test("Throwaway() can be stopped (the original could not)", async () => {
  await drive(Throwaway<number>({ probability: 0 }), { inbox: [1, 2] }).expect({ outbox: [1, 2] });
  await drive(Throwaway<number>({ probability: 1 }), { inbox: [1, 2] }).expect({ outbox: [] });
});

test("Throwaway() refuses what is no probability", () => {
  assert.throws(() => Throwaway({ probability: 1.5 }), /Cannot simulate a loss of 1.5: a probability is from 0 to 1/);
});

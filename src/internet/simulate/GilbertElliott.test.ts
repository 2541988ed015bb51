// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { GilbertElliott } from "./GilbertElliott.ts";
import { assertChiSquare, assertShare, geometric, histogram, runs } from "./parts.ts";

const NUMBERS = Array.from({ length: 60_000 }, (_, i) => i);

test("GilbertElliott() loses bursts of 1 / r messages on average (chi-square, p > 0.001)", async () => {
  const { outbox } = await drive(GilbertElliott<number>(0.02, 0.4, 1, 0, { seed: 1 }), { inbox: NUMBERS });
  const there = new Set(outbox);
  assertChiSquare("bursts", histogram(runs(NUMBERS.map((i) => !there.has(i))), 8), geometric(0.6, 8));
  const share = 1 - outbox.length / NUMBERS.length;
  assert.ok(Math.abs(share - 0.02 / 0.42) < 0.005, `${share} lost`);
});

test("GilbertElliott() with p alone is independent loss, as in netem", async () => {
  const { outbox } = await drive(GilbertElliott<number>(0.1), { inbox: NUMBERS });
  assertShare("lost", NUMBERS.length - outbox.length, NUMBERS.length, 0.1);
});

test("GilbertElliott() refuses what is no probability", () => {
  assert.throws(() => GilbertElliott(0.1, 1.2), /Cannot simulate a loss \(gemodel\) of 1.2/);
});

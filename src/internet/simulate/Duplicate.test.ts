// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { Duplicate } from "./Duplicate.ts";
import { assertShare } from "./parts.ts";

test("Duplicate() sends its share twice, one after the other, and nothing is lost", async () => {
  const many = Array.from({ length: 20_000 }, (_, i) => i);
  const { outbox } = await drive(Duplicate<number>({ probability: 0.1, seed: 1 }), { inbox: many });
  assertShare("duplicated", outbox.length - many.length, many.length, 0.1);
  assert.deepEqual(
    outbox,
    outbox.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(outbox).size, many.length);
});

test("Duplicate() sends all twice, or none, if that is asked for", async () => {
  await drive(Duplicate<string>({ probability: 1 }), { inbox: ["a", "b"] }).expect({ outbox: ["a", "a", "b", "b"] });
  await drive(Duplicate<string>({ probability: 0 }), { inbox: ["a", "b"] }).expect({ outbox: ["a", "b"] });
});

test("Duplicate() refuses what is no probability", () => {
  assert.throws(() => Duplicate({ probability: -1 }), RangeError);
});

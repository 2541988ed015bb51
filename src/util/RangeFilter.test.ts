// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { RangeFilter } from "./RangeFilter.ts";

type Item = readonly [number, string];
const items = [0, 1, 2, 5, 6, 7, 8, 11, 12, 13, 29, 3].map((n): Item => [n, `item ${n}`]);
const ranges = [
  [1, 5],
  [8, 12],
] as const;

test("RangeFilter() sends on what is in one of its ranges, ends included", async () => {
  const { outbox } = await drive(RangeFilter<Item>(ranges), { inbox: items });
  assert.deepEqual(
    outbox.map(([n]) => n),
    [1, 2, 5, 8, 11, 12, 3],
  );
});
test("RangeFilter() sends an item once, though it is in two ranges", async () => {
  const twice = RangeFilter<Item>([
    [1, 2],
    [2, 3],
  ]);
  await drive(twice, { inbox: [[2, "a"]] }).expect({ outbox: [[2, "a"]] });
});
test("RangeFilter() waits when its sink is full (the original failed with NameError), and stops at once when told so", async () => {
  assert.equal((await drive(RangeFilter<Item>(ranges), { inbox: items }, { bound: 1 })).outbox.length, 7);
  const { outbox, signal } = await drive(RangeFilter<Item>(ranges), { inbox: items }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([outbox, signal], [[], [shutdownMicroprocess()]]);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess } from "../axon/index.ts";
import { at, drive } from "../testing/index.ts";
import { Sync } from "./Sync.ts";

test("Sync() sends the first of each batch (the original sent the last)", async () => {
  await drive(Sync(), { inbox: ["a", "b", "c", "d"] }).expect({ outbox: ["a", "c"] });
  await drive(Sync(3), { inbox: at({ 0: 1, 10: 2, 20: 3, 30: 4, 40: 5 }) }).expect({ outbox: [1] });
  await drive(Sync(1), { inbox: [1, 2] }).expect({ outbox: [1, 2] });
});
test("Sync() stops in the middle of a batch", async () => {
  const { outbox, signal } = await drive(Sync(3), { inbox: at({ 0: 1, 10: 2 }) }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([outbox, signal], [[], [shutdownMicroprocess()]]);
});
test("Sync() refuses to wait for nothing", () => {
  for (const n of [0, 1.5, Number.NaN]) assert.throws(() => Sync(n), RangeError);
});

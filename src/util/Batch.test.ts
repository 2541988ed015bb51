// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { at, drive, VirtualClock } from "../testing/index.ts";
import { Batch } from "./Batch.ts";

test("Batch({ size }) sends lists of so many, and the rest at the end", async () => {
  await drive(Batch({ size: 2 }), { inbox: [1, 2, 3, 4, 5] }).expect({ outbox: [[1, 2], [3, 4], [5]] });
  await drive(Batch({ size: 2 })).expect({ outbox: [] });
});
test("Batch({ within }) sends what came within so long of the first message", async () => {
  const inbox = at({ 0: 1, 60: 2, 99: 3, 101: 4, 500: 5 });
  await drive(Batch({ within: 100 }), { inbox }).expect({ outbox: [[1, 2, 3], [4], [5]] });
});
test("Batch({ size, within }) sends at the first of both, and measures from the first message of each batch", async () => {
  const clock = new VirtualClock();
  const inbox = at({ 0: 1, 10: 2, 50: 3, 149: 4, 151: 5 });
  await drive(Batch({ size: 2, within: 100 }), { inbox }, { clock }).expect({ outbox: [[1, 2], [3, 4], [5]] });
  assert.equal(clock.now(), 151, "it does not wait for its time when the data has ended");
});
test("Batch() ends as it is told: it sends the rest on producerFinished, and not on shutdownMicroprocess", async () => {
  const inbox = at({ 0: 1, 10: 2 });
  const rest = await drive(Batch({ within: 1000 }), { inbox });
  assert.deepEqual([rest.outbox, rest.signal], [[[1, 2]], [producerFinished()]]);
  const { outbox, signal } = await drive(Batch({ within: 1000 }), { inbox }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([outbox, signal], [[], [shutdownMicroprocess()]]);
});
test("Batch() refuses what would never be complete", () => {
  for (const bad of [{}, { size: 0 }, { size: 1.5 }, { within: 0 }, { within: Number.NaN }, { size: Infinity }])
    assert.throws(() => Batch(bad), RangeError);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed, ToList } from "../testing/index.ts";
import { Take } from "./Take.ts";

test("Take() sends the first messages, then ends by itself", async () => {
  const { outbox, signal } = await drive(Take(2), { inbox: [1, 2, 3] }, { shutdown: false });
  assert.deepEqual([outbox, signal.map(({ type }) => type)], [[1, 2], ["producerFinished"]]);
  assert.deepEqual((await drive(Take(0), { inbox: [1] }, { shutdown: false })).outbox, []);
});
test("Take() holds nobody up when it has ended: what still comes is dropped, and counted", async () => {
  const list: number[] = [];
  const take = Take<number>(3);
  await new System().run(Pipeline.with({ boxSize: 2 })(Feed(Array.from({ length: 1000 }, (_, i) => i)), take, ToList(list)));
  assert.deepEqual(list, [0, 1, 2]);
  assert.ok(take.inboxes.inbox.drops > 900);
});
test("Take() refuses counts that are none", () => {
  for (const count of [-1, 0.5, Number.NaN]) assert.throws(() => Take(count), RangeError);
});

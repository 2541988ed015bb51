// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { Skip } from "./Skip.ts";

test("Skip() swallows the first messages", async () => {
  assert.deepEqual((await drive(Skip(2), { inbox: [1, 2, 3, 4] })).outbox, [3, 4]);
  assert.deepEqual((await drive(Skip(0), { inbox: [1] })).outbox, [1]);
});
test("Skip() refuses counts that are none", () => {
  for (const count of [-1, 0.5, Number.NaN]) assert.throws(() => Skip(count), RangeError);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { TagWithSequenceNumber } from "./TagWithSequenceNumber.ts";

test("TagWithSequenceNumber() numbers what comes, from 0 or as it is told", async () => {
  assert.deepEqual((await drive(TagWithSequenceNumber(), { inbox: ["a", "b"] })).outbox, [
    [0, "a"],
    [1, "b"],
  ]);
  assert.deepEqual((await drive(TagWithSequenceNumber({ initial: -5 }), { inbox: ["a"] })).outbox, [[-5, "a"]]);
});

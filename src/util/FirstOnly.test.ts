// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished } from "../axon/index.ts";
import { at, drive } from "../testing/index.ts";
import { FirstOnly } from "./FirstOnly.ts";

test("FirstOnly() sends the first message, and swallows the others until it is told to end", async () => {
  const { outbox, signal } = await drive(FirstOnly(), { inbox: at({ 0: "a", 10: "b", 20: "c" }) });
  assert.deepEqual([outbox, signal], [["a"], [producerFinished()]]);
});
test("FirstOnly() ends also when nothing comes", async () => {
  assert.deepEqual((await drive(FirstOnly())).outbox, []);
});

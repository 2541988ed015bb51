// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { TriggeredOneShot } from "./TriggeredOneShot.ts";

test("TriggeredOneShot() waits for anything, sends its message once, and ends", async () => {
  const { outbox, signal } = await drive(TriggeredOneShot("hello"), { inbox: [undefined, 1] }, { shutdown: false });
  assert.deepEqual([outbox, signal.map(({ type }) => type)], [["hello"], ["producerFinished"]]);
});
test("TriggeredOneShot() sends nothing when it is told to end before", async () => {
  assert.deepEqual((await drive(TriggeredOneShot("hello"))).outbox, []);
});

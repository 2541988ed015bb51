// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { OneShot } from "./OneShot.ts";

test("OneShot() sends its message, and ends", async () => {
  const { outbox, signal } = await drive(OneShot("hello"), {}, { shutdown: false });
  assert.deepEqual([outbox, signal.map(({ type }) => type)], [["hello"], ["producerFinished"]]);
});

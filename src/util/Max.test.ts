// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { Max } from "./Max.ts";

test("Max() sends the greatest item of each list", async () => {
  await drive(Max(), { inbox: [[1, 4, 2, 3], ["d", "a", "b"], ["xx", "xxx"], new Set([2n]), [-1, -2]] }).expect({
    outbox: [4, "d", "xxx", 2n, -1],
  });
});
test("Max() compares dates by their time, and sends the first of those that are equal", async () => {
  const [early, late, same] = [new Date(1), new Date(2), new Date(2)];
  const { outbox } = await drive(Max<Date>(), { inbox: [[early, late, same]] });
  assert.equal(outbox[0], late);
});
test("Max() fails for an empty list", async () => {
  await assert.rejects(drive(Max(), { inbox: [[]] }), { message: "Max_1 failed: Cannot take the greatest item: the list is empty" });
});

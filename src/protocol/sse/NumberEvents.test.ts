// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { NumberEvents } from "./NumberEvents.ts";

test("NumberEvents() numbers what has no id", async () => {
  const { outbox } = await drive(NumberEvents({ first: 7 }), { inbox: ["a", { data: "b", id: "own" }, { data: "c", event: "news" }] });
  assert.deepEqual(outbox, [
    { data: "a", id: "7" },
    { data: "b", id: "own" },
    { data: "c", event: "news", id: "8" },
  ]);
});

test("NumberEvents() checks what it is told", () => {
  for (const first of [-1, 0.5, Number.NaN]) assert.throws(() => NumberEvents({ first }), RangeError);
  assert.throws(() => NumberEvents({ prefix: "a\n" }), TypeError);
});

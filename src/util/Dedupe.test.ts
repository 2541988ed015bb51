// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { Dedupe } from "./Dedupe.ts";

test("Dedupe() sends what differs from the message before", async () => {
  const inbox = ["a", "a", "b", "a", Number.NaN, Number.NaN, undefined, undefined];
  assert.deepEqual((await drive(Dedupe(), { inbox })).outbox, ["a", "b", "a", Number.NaN, undefined]);
  assert.deepEqual((await drive(Dedupe(), { inbox: [undefined, null] })).outbox, [undefined, null]);
});
test("Dedupe({ key }) says what is the same", async () => {
  const byLength = Dedupe({ key: (text: string) => text.length });
  await drive(byLength, { inbox: ["a", "b", "cc", "d"] }).expect({ outbox: ["a", "cc", "d"] });
});

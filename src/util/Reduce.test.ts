// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive } from "../testing/index.ts";
import { Reduce } from "./Reduce.ts";

const sum = (): ReturnType<typeof Reduce<number>> => Reduce((result: number, n: number) => result + n, 0);

test("Reduce() sends what it has made of all messages, at the end of the data", async () => {
  await drive(sum(), { inbox: [1, 2, 3] }).expect({ outbox: [6] });
  await drive(sum()).expect({ outbox: [0] });
});
test("Reduce() sends nothing when it is stopped before the end", async () => {
  assert.deepEqual((await drive(sum(), { inbox: at({ 0: 1, 10: 2 }) }, { shutdown: "shutdownMicroprocess" })).outbox, []);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { Scan } from "./Scan.ts";

test("Scan() sends each step", async () => {
  const sum = Scan((result: number, text: string) => result + text.length, 0);
  assert.deepEqual((await drive(sum, { inbox: ["a", "bb", "ccc"] })).outbox, [1, 3, 6]);
});

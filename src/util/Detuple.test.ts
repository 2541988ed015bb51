// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { Detuple } from "./Detuple.ts";

test("Detuple() sends one part of lists, tuples and objects", async () => {
  await drive(Detuple(1), {
    inbox: [
      ["a", 1],
      ["b", undefined],
    ],
  }).expect({ outbox: [1, undefined] });
  await drive(Detuple("rate"), { inbox: [{ rate: 25 }] }).expect({ outbox: [25] });
});
test("Detuple() says which part a message lacks, and which it has", async () => {
  await assert.rejects(drive(Detuple(2), { inbox: [["a", "b"]] }), {
    message: "Detuple_1 failed: Cannot take 2 from a message: it has only 0, 1",
  });
  await assert.rejects(drive(Detuple("rate"), { inbox: [5 as never] }), {
    message: "Detuple_1 failed: Cannot take rate from a message: it has no parts",
  });
});

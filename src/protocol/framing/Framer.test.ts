// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { Framer } from "./Framer.ts";

test("Framer() frames each message", async () => {
  const { outbox } = await drive(Framer(), { inbox: [[1, Buffer.from("hello")], [2, Buffer.alloc(0)]] }); // prettier-ignore
  assert.deepEqual(
    outbox.map((frame) => Buffer.from(frame).toString()),
    ["1 5\nhello", "2 0\n"],
  );
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { ObjectFramer } from "./ObjectFramer.ts";

test("ObjectFramer() writes a beginning with size and name, then the pieces", async () => {
  const objects = ["abc", ""].map((text) => ({ name: `n${text}`, bytes: new TextEncoder().encode(text) }));
  const { outbox } = await drive(ObjectFramer({ piece: 2 }), { inbox: objects });
  assert.deepEqual(
    outbox.map((message) => Buffer.from(message).toString("hex")),
    ["01000000000000000000036e616263", "02000000006162", "020000000063", "01000000010000000000006e"],
  );
});
test("ObjectFramer() refuses pieces of nothing", () => {
  assert.throws(() => ObjectFramer({ piece: 0 }), RangeError);
});

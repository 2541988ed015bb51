// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { SRM_Sender } from "./SRM_Sender.ts";

test("SRM_Sender() writes the original's bytes", async () => {
  const { outbox } = await drive(SRM_Sender(), { inbox: [Buffer.from("hello"), Buffer.from("X%X")] });
  const mark = "X".repeat(24);
  assert.deepEqual(
    outbox.map((bytes) => Buffer.from(bytes).toString()),
    [`${mark}1 5\nhello`, `${mark}2 3\n%58%25%58`],
  );
});

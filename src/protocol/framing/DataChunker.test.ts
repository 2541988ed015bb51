// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { DataChunker } from "./DataChunker.ts";

const MARK = "X".repeat(24);
const chunks = async (...data: readonly string[]): Promise<string[]> => {
  const { outbox } = await drive(DataChunker(), { inbox: data.map((each) => Buffer.from(each, "latin1")) });
  return outbox.map((chunk) => Buffer.from(chunk).toString("latin1"));
};

test("DataChunker() writes the original's bytes", async () => {
  assert.deepEqual(await chunks("1 5\nhello", "2 3\nX%X", "3 3\n\x00\xff\n", "aXbXX%c%25"), [
    `${MARK}1 5\nhello`,
    `${MARK}2 3\n%58%25%58`,
    `${MARK}3 3\n\x00\xff\n`,
    `${MARK}a%58b%58%58%25c%2525`,
  ]);
});
test("DataChunker() writes bytes below 16 with one digit, as the original did", async () => {
  const { outbox } = await drive(DataChunker({ syncMessage: "\n\x01" }), { inbox: [Buffer.from("a\n\x01")] });
  assert.equal(Buffer.from(outbox[0]!).toString("latin1"), "\n\x01a%a%1");
});
test("DataChunker() refuses marks that cannot be told from data (the original changed the data)", () => {
  for (const syncMessage of ["", "25%", "%5", "abc", "ok2", "\n\xab", Uint8Array.of(0x02)]) {
    assert.throws(() => DataChunker({ syncMessage }), { name: "RangeError", message: /^Cannot mark chunks with / });
  }
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { ByteReader, checkLimits, type Reading } from "./ByteReader.ts";
import { WAVParser } from "./WAVParser.ts";
import { YUV4MPEGToFrame } from "./YUV4MPEGToFrame.ts";

/** Sends what is read. */
function Read(read: (reader: ByteReader) => Reading<unknown>): Component<{ inbox: Uint8Array }, { outbox: unknown }> {
  return component(Read, {
    inboxes: { inbox: "bytes" },
    outboxes: { outbox: "what was read" },
    *main({ inbox }, { outbox }) {
      const reader = new ByteReader(inbox);
      outbox.send(yield* read(reader));
      outbox.send(reader.position);
    },
  });
}
const read = async (inbox: Uint8Array[], how: (reader: ByteReader) => Reading<unknown>) => (await drive(Read(how), { inbox })).outbox;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

test("ByteReader.exactly() gives so many bytes, however they come", async () => {
  for (const pieces of [[bytes(1, 2, 3, 4)], [bytes(1), bytes(2, 3), bytes(4)], [bytes(), bytes(1, 2), bytes(), bytes(3)]])
    assert.deepEqual(await read(pieces, (reader) => reader.exactly(3)), [bytes(1, 2, 3), 3]);
});
test("ByteReader.exactly() gives memory of its own, so that nobody else's changes are seen", async () => {
  const piece = bytes(1, 2, 3);
  const [found] = await read([piece], (reader) => reader.exactly(3));
  piece[0] = 9;
  assert.deepEqual(found, bytes(1, 2, 3));
});
test("ByteReader.exactly() takes memory for what comes, not for what is promised", async () => {
  const before = process.memoryUsage().arrayBuffers;
  assert.deepEqual(await read([bytes(1)], (reader) => reader.exactly(2 ** 31)), [undefined, 1]);
  assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 20);
});
test("ByteReader.exactly() joins many small pieces quickly", async () => {
  const pieces = Array.from({ length: 100_000 }, (_, i) => bytes(i & 255));
  const [found] = (await read(pieces, (reader) => reader.exactly(100_000))) as [Uint8Array];
  assert.deepEqual([found.length, found[99_999]], [100_000, 99_999 & 255]);
});
test("ByteReader.some() gives what is there, without a copy, and at least one byte", async () => {
  const piece = bytes(1, 2, 3);
  const [found] = (await read([bytes(), piece], (reader) => reader.some(2))) as [Uint8Array];
  assert.deepEqual([found, found.buffer === piece.buffer], [bytes(1, 2), true]);
});
test("ByteReader.skip() leaves out so many bytes, and says whether they were there", async () => {
  assert.deepEqual(await read([bytes(1, 2), bytes(3)], (reader) => reader.skip(3)), [true, 3]);
  assert.deepEqual(await read([bytes(1, 2)], (reader) => reader.skip(3)), [false, 2]);
});
test("ByteReader.line() gives a line without its end", async () => {
  const two = function* (reader: ByteReader): Reading<unknown> {
    return [yield* reader.line(10), yield* reader.line(10), yield* reader.line(10)];
  };
  assert.deepEqual(await read([Buffer.from("on"), Buffer.from("e\n\ntw")], two), [["one", "", undefined], 7]);
});
test("ByteReader.line() gives one that is too long up to one character more, and reads no further", async () => {
  for (const pieces of [[Buffer.from("123456\n")], [Buffer.from("12"), Buffer.from("3456")]])
    assert.deepEqual(await read(pieces, (reader) => reader.line(4)), ["12345", 5]);
  assert.deepEqual(await read([Buffer.from("1234\n")], (reader) => reader.line(4)), ["1234", 5]);
});
test("ByteReader.atEnd() waits to know", async () => {
  assert.deepEqual(await read([bytes()], (reader) => reader.atEnd()), [true, 0]);
  assert.deepEqual(await read([bytes(), bytes(1)], (reader) => reader.atEnd()), [false, 0]);
});
test("ByteReader.line() gives lines of any length that is allowed", async () => {
  const line = "é".repeat(1_000_000);
  assert.deepEqual(await read([Buffer.from(`${line}\n`, "latin1")], (reader) => reader.line(2_000_000)), [line, 1_000_001]);
});
test("checkLimits() refuses what would be no limit", () => {
  for (const maxChunk of [Number.NaN, 0, -1])
    assert.throws(() => checkLimits("read it", { maxChunk }), {
      name: "RangeError",
      message: `Cannot read it: maxChunk is ${maxChunk}; give a number above 0, or Infinity`,
    });
  for (const limits of [{ maxFrame: Number.NaN }, { maxLine: Number.NaN }]) assert.throws(() => YUV4MPEGToFrame(limits), RangeError);
  assert.throws(() => WAVParser({ maxChunk: Number.NaN }), RangeError);
});

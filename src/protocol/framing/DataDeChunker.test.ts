// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Pipeline } from "../../chassis/index.ts";
import { at, drive, seedOf } from "../../testing/index.ts";
import { DataChunker } from "./DataChunker.ts";
import { DataDeChunker } from "./DataDeChunker.ts";
import { Escape } from "./escape.ts";

const XX = { syncMessage: "XX" };
const text = (all: readonly Uint8Array[]): string[] => all.map((bytes) => Buffer.from(bytes).toString("latin1"));
const bytes = (...all: readonly string[]): Uint8Array[] => all.map((each) => Buffer.from(each, "latin1"));

test("DataDeChunker() finds chunks however the stream is cut", async () => {
  const stream = Buffer.from("lost XXhelloXXworld%58XX!");
  for (let first = 0; first <= stream.length; first++) {
    for (let second = first; second <= stream.length; second++) {
      const inbox = [stream.subarray(0, first), stream.subarray(first, second), stream.subarray(second)];
      const { outbox, malformed } = await drive(DataDeChunker(XX), { inbox });
      assert.deepEqual([text(outbox), malformed], [["hello", "worldX", "!"], []]);
    }
  }
});
test("DataDeChunker() gives back what DataChunker() was given, in pieces of any size", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ size: "small" }), { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 1, max: 60 }),
      async (data, size) => {
        const stream = Buffer.concat((await drive(DataChunker(), { inbox: data })).outbox);
        const inbox = Array.from({ length: Math.ceil(stream.length / size) }, (_, n) => stream.subarray(n * size, (n + 1) * size));
        const { outbox, malformed } = await drive(DataDeChunker(), { inbox });
        assert.deepEqual([text(outbox), malformed], [text(data), []]);
      },
    ),
    { seed: seedOf("DataDeChunker round trip") },
  );
});
test("DataDeChunker multi-chunk: all chunks of one message come out, each for itself (the original glued them together)", async () => {
  const { outbox } = await drive(DataDeChunker(XX), { inbox: bytes("XXaXXbXXcXXd") });
  assert.deepEqual(text(outbox), ["a", "b", "c", "d"]);
});
test("DataDeChunker flush: a chunk comes out when the next one begins, or on a message to flush (the original was two messages late)", async () => {
  const late = at({ 0: Buffer.from("XXone"), 10: Buffer.from("XXtwo"), 20: Buffer.from("not in a chunk"), 30: Buffer.from("XXthree") });
  const { outbox } = await drive(DataDeChunker(XX), { inbox: late, flush: at({ 15: "now", 16: "again" }) });
  assert.deepEqual(text(outbox), ["one", "two", "three"]);
});
test("DataDeChunker() sends nothing of an unfinished chunk when it is told to stop at once", async () => {
  const inbox = at({ 0: Buffer.from("XXaXX"), 10: Buffer.from("b") });
  const { outbox } = await drive(DataDeChunker(XX), { inbox }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(text(outbox), ["a"]);
});
test("DataDeChunker() drops a chunk that is too long, says so, and finds the next", async () => {
  const { outbox, malformed } = await drive(DataDeChunker({ ...XX, maxSize: 4 }), {
    inbox: bytes("XX1234XX12345", "6789XX123", "4567890", "XXok"),
  });
  assert.deepEqual(text(outbox), ["1234", "ok"]);
  assert.deepEqual(text(malformed.map((each) => each.bytes)), ["1234", "1234"]);
  assert.equal(malformed[0]!.reason, "Cannot read a chunk: it has more than 4 bytes");
});
test("DataDeChunker() says what cannot have been made by a DataChunker", async () => {
  const { outbox, malformed } = await drive(DataDeChunker(XX), { inbox: bytes("XXa%ffXX%XXbXcXXok") });
  assert.deepEqual(text(outbox), ["ok"]);
  assert.deepEqual(text(malformed.map((each) => each.bytes)), ["a%ff", "%", "bXc"]);
});
test("DataDeChunker() takes any bytes, and marks of any kind", async () => {
  const marks = fc.uint8Array({ minLength: 1, maxLength: 4 }).filter((sync) => {
    try {
      return new Escape(sync).sync.length > 0;
    } catch {
      return false;
    }
  });
  await fc.assert(
    fc.asyncProperty(marks, fc.array(fc.uint8Array(), { maxLength: 10 }), async (syncMessage, inbox) => {
      await drive(DataDeChunker({ syncMessage, maxSize: 100 }), { inbox });
      const { outbox } = await drive(Pipeline(DataChunker({ syncMessage }), DataDeChunker({ syncMessage })), { inbox });
      assert.deepEqual(text(outbox), text(inbox));
    }),
    { seed: seedOf("DataDeChunker fuzz") },
  );
});
test("DataDeChunker() refuses sizes that are none", () => {
  assert.throws(() => DataDeChunker({ maxSize: 0 }), RangeError);
});

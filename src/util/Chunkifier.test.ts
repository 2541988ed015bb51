// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess } from "../axon/index.ts";
import { at, drive } from "../testing/index.ts";
import { Chunkifier } from "./Chunkifier.ts";

const bytes = (...numbers: number[]): Uint8Array => Uint8Array.from(numbers);

test("Chunkifier() makes chunks of one size, wherever messages end, and sends the rest at the end", async () => {
  const { outbox } = await drive(Chunkifier(3), { inbox: [bytes(1), bytes(2, 3, 4, 5), bytes(), bytes(6, 7, 8, 9, 10)] });
  assert.deepEqual(outbox, [bytes(1, 2, 3), bytes(4, 5, 6), bytes(7, 8, 9), bytes(10)]);
});
test("Chunkifier() takes text as UTF-8", async () => {
  const { outbox } = await drive(Chunkifier(2), { inbox: ["aü", "b"] });
  assert.deepEqual(Buffer.concat(outbox).toString(), "aüb");
  assert.deepEqual(
    outbox.map(({ length }) => length),
    [2, 2],
  );
});
test("Chunkifier({ nodelay }) does not wait for more", async () => {
  const inbox = at({ 0: bytes(1, 2, 3, 4), 10: bytes(5) });
  assert.deepEqual((await drive(Chunkifier(3, { nodelay: true }), { inbox })).outbox, [bytes(1, 2, 3), bytes(4), bytes(5)]);
  assert.deepEqual((await drive(Chunkifier(3), { inbox })).outbox, [bytes(1, 2, 3), bytes(4, 5)]);
});
test("Chunkifier() sends no more than fits, however large a message is, and nothing is lost", async () => {
  const { outbox } = await drive(Chunkifier(1), { inbox: [new Uint8Array(1000).map((_, i) => i)] }, { bound: 2 });
  assert.deepEqual(Buffer.concat(outbox), Buffer.from(Array.from({ length: 1000 }, (_, i) => i & 255)));
});
test("Chunkifier() stops on shutdownMicroprocess (the original did not)", async () => {
  const { outbox, signal } = await drive(Chunkifier(3), { inbox: at({ 0: bytes(1), 10: bytes(2) }) }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([outbox, signal], [[], [shutdownMicroprocess()]]);
});
test("Chunkifier() refuses sizes that are none", () => {
  for (const size of [0, -1, 1.5, Number.NaN, Infinity])
    assert.throws(() => Chunkifier(size), {
      name: "RangeError",
      message: `Cannot make chunks of ${size} bytes: give a whole number above 0`,
    });
});

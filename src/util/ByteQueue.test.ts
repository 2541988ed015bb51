// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seedOf } from "../testing/index.ts";
import { ByteQueue } from "./ByteQueue.ts";

test("ByteQueue gives the bytes that came, in order, however they came and are taken", () => {
  const piece = fc.uint8Array({ maxLength: 12 });
  const property = fc.property(fc.array(fc.tuple(piece, fc.nat({ max: 20 })), { maxLength: 40 }), (steps) => {
    const queue = new ByteQueue();
    const came: number[] = [];
    const taken: number[] = [];
    for (const [bytes, wanted] of steps) {
      queue.push(bytes);
      came.push(...bytes);
      taken.push(...queue.take(Math.min(wanted, queue.length)));
      assert.equal(queue.length, came.length - taken.length);
    }
    taken.push(...queue.take(queue.length));
    assert.deepEqual(taken, came);
  });
  fc.assert(property, { seed: seedOf("ByteQueue") });
});
test("ByteQueue copies nothing that lies in one message", () => {
  const queue = new ByteQueue();
  const bytes = new Uint8Array(10);
  queue.push(bytes);
  assert.deepEqual([queue.take(4).buffer === bytes.buffer, queue.take(6).buffer === bytes.buffer], [true, true]);
  queue.push(bytes);
  assert.equal(queue.take(10), bytes);
});
test("ByteQueue refuses to give what it does not have", () => {
  assert.throws(() => new ByteQueue().take(1), { name: "RangeError", message: "Cannot take 1 bytes: there are 0" });
});
test("ByteQueue refuses what is no bytes, and so loses nothing that comes after it", () => {
  for (const wrong of [5, "text", [1, 2], null])
    assert.throws(() => new ByteQueue().push(wrong as unknown as Uint8Array), {
      name: "TypeError",
      message: /^Cannot cut .* into pieces: send bytes/,
    });
});

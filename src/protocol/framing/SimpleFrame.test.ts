// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seedOf } from "../../testing/index.ts";
import { ShortFrame, SimpleFrame } from "./SimpleFrame.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

test("SimpleFrame writes the original's bytes", () => {
  assert.equal(Buffer.from(new SimpleFrame(1, bytes("hello")).toBytes()).toString("hex"), "3120350a68656c6c6f");
  assert.equal(text(new SimpleFrame(-12, bytes("")).toBytes()), "-12 0\n");
});
test("SimpleFrame.fromBytes() reads what was written, and does not look at what follows", () => {
  assert.deepEqual(SimpleFrame.fromBytes(bytes("1 3\nabcdef")), new SimpleFrame(1, bytes("abc")));
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.uint8Array(), fc.uint8Array(), (tag, data, more) => {
      const frame = SimpleFrame.fromBytes(Buffer.concat([new SimpleFrame(tag, data).toBytes(), more]));
      assert.deepEqual([frame.tag, [...frame.data]], [tag, [...data]]);
    }),
    { seed: seedOf("SimpleFrame round trip") },
  );
});
test('SimpleFrame.fromBytes() reads the tag "-0" as 0', () => {
  assert.deepEqual(SimpleFrame.fromBytes(bytes("-0 0\n")), new SimpleFrame(0, bytes("")));
});
test("SimpleFrame.fromBytes() says ShortFrame when data is missing, however much of it", () => {
  const whole = new SimpleFrame(7, bytes("hello")).toBytes();
  for (let length = 4; length < whole.length; length++) {
    assert.throws(() => SimpleFrame.fromBytes(whole.subarray(0, length)), ShortFrame);
  }
});
for (const nonsense of [
  "",
  "nonsense",
  "1",
  "1 ",
  "1 x\n",
  "1 5 6\nabcdef",
  "x 5\nhello",
  "1 -1\n",
  "1  5\nhello",
  "1 99999999999999999\n",
  "- 1\na",
]) {
  test(`SimpleFrame.fromBytes() refuses ${JSON.stringify(nonsense)}`, () => {
    assert.throws(() => SimpleFrame.fromBytes(bytes(nonsense)), { name: "SyntaxError", message: /^Cannot read a frame: / });
  });
}
test("SimpleFrame refuses tags that nobody could read", () => {
  for (const tag of [1.5, NaN, Infinity, 2 ** 53]) assert.throws(() => new SimpleFrame(tag, bytes("")), RangeError);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive, SeededRandom } from "../../../testing/index.ts";
import { H264Parser } from "./H264Parser.ts";
import { bytes, cuts, hex } from "./parts.ts";

/** Parameter sets, a picture of two slices, one behind a delimiter, one behind a short start code. */
const film = bytes("0000000167420000000168ce0000000165880400000001654102000000000109f000000141880500000141a0");

test("H264Parser() finds the pictures wherever the stream is cut", async () => {
  for (const inbox of cuts(film)) {
    const { outbox, malformed } = await drive(H264Parser(), { inbox });
    assert.deepEqual(
      outbox.map(({ timestamp, nals }) => [timestamp, nals.map(hex)]),
      [
        [0, ["6742", "68ce", "658804", "654102"]],
        [3600, ["09f0", "418805"]],
        [7200, ["41a0"]],
      ],
    );
    assert.deepEqual(malformed, []);
  }
});
test("H264Parser() says which bytes are in no unit, or in one that is too long", async () => {
  const inbox = [bytes("aabb000001658800000141"), new Uint8Array(100).fill(7), bytes("0000016588000001")];
  const { outbox, malformed } = await drive(H264Parser({ maxSize: 20 }), { inbox });
  assert.deepEqual(
    [outbox.map(({ nals }) => nals.map(hex)), malformed.map((one) => one.bytes.length)],
    [
      [["6588"], ["6588"]],
      [2, 99, 2],
    ],
  );
});
test("H264Parser() survives random bytes", async () => {
  const random = new SeededRandom(9);
  for (let round = 0; round < 300; round++) {
    const data = Uint8Array.from({ length: random.integer(200) }, () => (random.next() < 0.6 ? random.integer(2) : random.integer(256)));
    const cut = random.integer(data.length + 1);
    const whole = await drive(H264Parser(), { inbox: [data] });
    const parts = await drive(H264Parser(), { inbox: [data.subarray(0, cut), data.subarray(cut)] });
    assert.deepEqual(parts.outbox, whole.outbox);
  }
});
test("H264Parser() refuses rates and sizes that are none", () => {
  for (const options of [{ framerate: 0 }, { maxSize: 0 }]) assert.throws(() => H264Parser(options), RangeError);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive } from "../../testing/index.ts";
import { NullPayloadPreFramer } from "./NullPayloadPreFramer.ts";

const letters = Buffer.from("abcdefghij");
const pieces = async (...parts: readonly Uint8Array[]): Promise<[number, string][]> => {
  const { output } = await drive(NullPayloadPreFramer({ chunkSize: 4 }), { recvsrc: parts });
  return output.map(([time, piece]) => [time, Buffer.from(piece).toString("latin1")]);
};

test("NullPayloadPreFramer() cuts the stream as the original did, however it comes", async () => {
  const expected = [
    [0, "\0\0\0\x04abcd"],
    [0.00048828125, "\0\0\0\x04efgh"],
    [0.0009765625, "\0\0\0\x02ij"],
  ];
  for (let first = 0; first <= 10; first++) {
    for (let second = first; second <= 10; second++) {
      assert.deepEqual(await pieces(letters.subarray(0, first), letters.subarray(first, second), letters.subarray(second)), expected);
    }
  }
});
test("NullPayloadPreFramer() sends no unfinished piece when it is told to stop at once", async () => {
  const { output } = await drive(
    NullPayloadPreFramer({ chunkSize: 4 }),
    { recvsrc: at({ 0: letters, 1: letters.subarray(0, 1) }) },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.equal(output.length, 2);
});
test("NullPayloadPreFramer() refuses rates and sizes that are none", () => {
  for (const options of [{ sourceBitrate: 0 }, { chunkSize: 0 }, { chunkSize: NaN }])
    assert.throws(() => NullPayloadPreFramer(options), RangeError);
});

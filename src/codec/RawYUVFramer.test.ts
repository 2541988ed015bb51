// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { cut } from "./parts.ts";
import { RawYUVFramer } from "./RawYUVFramer.ts";

const bytes = Uint8Array.from({ length: 24 }, (_, i) => i);

test("RawYUVFramer() cuts bytes into pictures, however they come (the original took text only)", async () => {
  for (let size = 1; size <= 24; size++) {
    const { outbox } = await drive(RawYUVFramer([4, 2]), { inbox: cut(bytes, size) });
    assert.deepEqual(outbox, [
      { yuv: [bytes.slice(0, 8), bytes.slice(8, 10), bytes.slice(10, 12)], size: [4, 2], chroma_size: [2, 1], pixformat: "YUV420_planar" },
      {
        yuv: [bytes.slice(12, 20), bytes.slice(20, 22), bytes.slice(22, 24)],
        size: [4, 2],
        chroma_size: [2, 1],
        pixformat: "YUV420_planar",
      },
    ]);
  }
});
test("RawYUVFramer({ pixformat }) knows where the planes are (the original took all for 4:2:0)", async () => {
  const { outbox } = await drive(RawYUVFramer([3, 2], { pixformat: "YUV4444_planar", sequence: { frame_rate: 25 } }), { inbox: [bytes] });
  assert.deepEqual([outbox[0]?.yuv.map((plane) => plane[0]), outbox[0]?.chroma_size, outbox[0]?.frame_rate], [[0, 6, 12, 18], [3, 2], 25]);
});
test("RawYUVFramer() rounds planes of colour up where the size is odd", async () => {
  const { outbox } = await drive(RawYUVFramer([3, 1]), { inbox: [bytes.subarray(0, 7)] });
  assert.deepEqual(
    outbox[0]?.yuv.map((plane) => plane.length),
    [3, 2, 2],
  );
});
test("RawYUVFramer() fails when the bytes end in the middle of a picture (the original lost it silently)", async () => {
  await assert.rejects(drive(RawYUVFramer([4, 2]), { inbox: [bytes.subarray(0, 13)] }), {
    message: "RawYUVFramer_1 failed: Cannot cut out a picture: the bytes end at 13, and a picture of 4x2 takes 12",
  });
  await drive(RawYUVFramer([4, 2]), { inbox: [bytes.subarray(0, 13)] }, { shutdown: "shutdownMicroprocess" });
});
test("RawYUVFramer() refuses sizes and pixel formats that there are not", () => {
  assert.throws(() => RawYUVFramer([0, 2]), {
    name: "RangeError",
    message: "Cannot cut out pictures: a picture of 0x2; give whole numbers above 0",
  });
  assert.throws(() => RawYUVFramer([2, 2], { pixformat: "RGB" as never }), /there is no pixel format "RGB", only YUV411_planar, /);
});

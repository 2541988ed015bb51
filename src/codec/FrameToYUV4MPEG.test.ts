// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { FrameToYUV4MPEG } from "./FrameToYUV4MPEG.ts";
import { joined } from "./parts.ts";
import type { Frame } from "./pixformats.ts";

const planes = (...sizes: number[]): Uint8Array[] => sizes.map((size) => new Uint8Array(size).fill(65));
const written = async (...inbox: Frame[]): Promise<string> =>
  Buffer.from(joined((await drive(FrameToYUV4MPEG(), { inbox })).outbox)).toString();
const refused = (message: string, ...inbox: Frame[]) =>
  assert.rejects(written(...inbox), { message: `FrameToYUV4MPEG_1 failed: Cannot write ${message}` });
const tiny: Frame = { yuv: planes(4, 1, 1), size: [2, 2], pixformat: "YUV420_planar" };

test("FrameToYUV4MPEG() writes a head as the original did, and each picture after its line", async () => {
  assert.equal(await written(tiny, tiny), "YUV4MPEG2 W2 H2 C420mpeg2 Ip\nFRAME\nAAAAAAFRAME\nAAAAAA");
});
test("FrameToYUV4MPEG() writes what it knows: fields, rate, shape of pixels, remarks", async () => {
  const more = { interlaced: true, topfieldfirst: false, frame_rate: 30_000 / 1001, pixel_aspect: 12 / 11, sequence_meta: "x", meta: "y" };
  assert.equal(await written({ ...tiny, ...more }), "YUV4MPEG2 W2 H2 C420mpeg2 Ib F30000:1001 A12:11 Xx\nFRAME Xy\nAAAAAA");
});
test("FrameToYUV4MPEG() finds the fraction that a number stands for", async () => {
  for (const [above, below] of [
    [25, 1],
    [24_000, 1001],
    [60_000, 1001],
    [2997, 100],
    [1, 3],
    [100_000, 99_999],
  ] as const)
    assert.match(await written({ ...tiny, frame_rate: above / below }), new RegExp(` F${above}:${below}\n`));
});
test("FrameToYUV4MPEG() writes brightness alone", async () => {
  const grey = { yuv: planes(4, 0, 0), size: [2, 2], pixformat: "Y_planar" } as const;
  assert.equal(await written(grey), "YUV4MPEG2 W2 H2 Cmono Ip\nFRAME\nAAAA");
  assert.equal(await written({ ...grey, yuv: planes(4) }), "YUV4MPEG2 W2 H2 Cmono Ip\nFRAME\nAAAA");
});
test("FrameToYUV4MPEG() of nothing writes nothing", async () => {
  assert.equal(await written(), "");
});
test("FrameToYUV4MPEG() refuses pictures that do not go together, or are not what they say", async () => {
  await refused("a picture of 4x2 (YUV420_planar) into YUV4MPEG: the stream has pictures of 2x2 (YUV420_planar)", tiny, {
    ...tiny,
    size: [4, 2],
    yuv: planes(8, 2, 2),
  });
  await refused("a picture of 2x2 (YUV420_planar) into YUV4MPEG: plane 2 has 0 bytes, not 1", { ...tiny, yuv: planes(4, 1) });
  await refused("a picture of 2x2 (YUV420_planar) into YUV4MPEG: it has 4 planes, not 3", { ...tiny, yuv: planes(4, 1, 1, 4) });
  await refused("YUV4MPEG: a picture of 2x0; give whole numbers above 0", { ...tiny, size: [2, 0] });
  await refused("YUV4MPEG: -1 pictures per second, or of pixels; give more than 0", { ...tiny, frame_rate: -1 });
});

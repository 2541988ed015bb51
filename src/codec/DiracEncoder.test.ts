// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { DiracEncoder } from "./DiracEncoder.ts";
import { film, joined, probed, withoutFFmpeg } from "./parts.ts";

const skip = withoutFFmpeg;

test("DiracEncoder() makes Dirac of pictures, of their size", { skip }, async () => {
  const { outbox, progress } = await drive(DiracEncoder({ bitrate: 2_000_000 }), { inbox: film(25) });
  const bytes = joined(outbox);
  assert.equal(probed(bytes, "codec_name,width,height"), "dirac,64,48");
  assert.equal(progress.at(-1)?.frame, 25);
});
test("DiracEncoder({ bitrate }) makes it smaller or larger", { skip }, async () => {
  const size = async (bitrate: number) => joined((await drive(DiracEncoder({ bitrate }), { inbox: film(10) })).outbox).length;
  assert.ok((await size(300_000)) < 0.8 * (await size(3_000_000)));
});
test("DiracEncoder({ container }) puts it where it is told", { skip }, async () => {
  const { outbox } = await drive(DiracEncoder({ container: "matroska", bitrate: 1e6 }), { inbox: film(3) });
  assert.deepEqual([...joined(outbox).subarray(0, 4)], [0x1a, 0x45, 0xdf, 0xa3]);
});
test("DiracEncoder() fails with the picture that does not fit, not with what ffmpeg says of that", { skip }, async () => {
  const [one] = film(1);
  await assert.rejects(
    drive(DiracEncoder(), { inbox: [one!, { ...one!, size: [48, 64] }] }),
    /Cannot write a picture of 48x64 .* into YUV4MPEG/,
  );
});
test("DiracEncoder() refuses a bitrate that there cannot be", () => {
  assert.throws(() => DiracEncoder({ bitrate: 0 }), {
    name: "RangeError",
    message: "Cannot encode Dirac with 0 bits per second: give more than 0",
  });
});

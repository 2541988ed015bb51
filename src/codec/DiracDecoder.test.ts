// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { drive } from "../testing/index.ts";
import { DiracDecoder } from "./DiracDecoder.ts";
import { DiracEncoder, type DiracEncoderOptions } from "./DiracEncoder.ts";
import { cut, film, joined, withoutFFmpeg } from "./parts.ts";

const skip = withoutFFmpeg;
const encoded = async (count: number, options: DiracEncoderOptions = {}): Promise<Uint8Array> =>
  joined((await drive(DiracEncoder({ bitrate: 10_000_000, ...options }), { inbox: film(count) })).outbox);

test("DiracDecoder() gives all pictures back, hardly changed", { skip }, async () => {
  const pictures = film(10);
  const { outbox, signal } = await drive(DiracDecoder(), { inbox: cut(await encoded(10), 5000) });
  assert.deepEqual([outbox.length, signal.length], [10, 1]);
  for (const [i, { yuv, size, pixformat, chroma_size, frame_rate }] of outbox.entries()) {
    assert.deepEqual([size, pixformat, chroma_size, frame_rate], [[64, 48], "YUV420_planar", [32, 24], 25]);
    const before = joined(pictures[i]!.yuv);
    const error = joined(yuv).reduce((sum, sample, at) => sum + Math.abs(sample - before[at]!), 0) / before.length;
    assert.ok(error < 2, `picture ${i} is off by ${error}`);
  }
});
test("DiracDecoder({ container }) takes it out of there", { skip }, async () => {
  const { outbox } = await drive(DiracDecoder({ container: "matroska" }), { inbox: [await encoded(3, { container: "matroska" })] });
  assert.equal(outbox.length, 3);
});
test("DiracDecoder() passes on what ffmpeg says of nonsense", { skip }, async () => {
  await assert.rejects(
    drive(DiracDecoder({ container: "matroska" }), { inbox: [new Uint8Array(5000)] }),
    /Cannot decode Dirac with ffmpeg: /,
  );
});
test("DiracDecoder({ maxFrame }) fails with the picture that is too large", { skip }, async () => {
  await assert.rejects(
    drive(DiracDecoder({ maxFrame: 1000 }), { inbox: [await encoded(3)] }),
    /a picture of 64x48 \(YUV420_planar\) takes 4608 bytes; maxFrame is 1000/,
  );
});
test("DiracDecoder() and DiracEncoder() say what to do where there is no ffmpeg", async () => {
  const program = "no-such-ffmpeg";
  await assert.rejects(
    drive(Pipeline(DiracEncoder({ program }), DiracDecoder()), { inbox: film(1) }),
    /Cannot encode Dirac with no-such-ffmpeg: there is no such program/,
  );
  await assert.rejects(
    drive(DiracDecoder({ program }), { inbox: [new Uint8Array(1)] }),
    /Cannot decode Dirac with no-such-ffmpeg: there is no such program/,
  );
});

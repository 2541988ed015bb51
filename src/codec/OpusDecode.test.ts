// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampled, sine } from "../audio/parts.ts";
import { drive } from "../testing/index.ts";
import { OpusDecode } from "./OpusDecode.ts";
import { cut, ffmpeg, joined, withoutFFmpeg } from "./parts.ts";

const skip = withoutFFmpeg;
const raw = ["-f", "s16le", "-ar", "48000", "-ac", "1"];
const encoded = (): Uint8Array =>
  ffmpeg(sampled(sine(440, 0.5), 1, { sample_rate: 48000 }), ...raw, "-i", "-", "-c:a", "libopus", "-f", "opus", "-");

test("OpusDecode() makes raw audio, the same as ffmpeg does, and says what it is", { skip }, async () => {
  const bytes = encoded();
  const { outbox, all_meta, signal } = await drive(OpusDecode(), { inbox: cut(bytes, 777) });
  assert.deepEqual(joined(outbox), new Uint8Array(ffmpeg(bytes, "-i", "-", "-f", "s16le", "-")));
  const { sample_format, channels, sample_rate } = all_meta[0]!;
  assert.deepEqual(
    [{ sample_format, channels, sample_rate }, signal.length],
    [{ sample_format: "S16_LE", channels: 1, sample_rate: 48_000 }, 1],
  );
});
test("OpusDecode() makes what it is told to", { skip }, async () => {
  const options = { sample_format: "FLOAT_LE", channels: 2, sample_rate: 16_000 } as const;
  const { outbox, all_meta } = await drive(OpusDecode(options), { inbox: [encoded()] });
  const { sample_format, channels, sample_rate } = all_meta[0]!;
  assert.deepEqual({ sample_format, channels, sample_rate }, options);
  assert.ok(Math.abs(joined(outbox).length - 8 * 16_000) < 8000);
});
test("OpusDecode() fails with what ffmpeg says of nonsense", { skip }, async () => {
  await assert.rejects(
    drive(OpusDecode(), { inbox: [new Uint8Array(10_000).fill(77)] }),
    /^ComponentFailure: OpusDecode_\d+ failed: Cannot decode Opus with ffmpeg: it ended with code 1\n/,
  );
});
test("OpusDecode() says what to do where there is no ffmpeg", async () => {
  await assert.rejects(
    drive(OpusDecode({ program: "no-such-ffmpeg" }), { inbox: [new Uint8Array(1)] }),
    /Cannot decode Opus with no-such-ffmpeg: there is no such program; install it/,
  );
});
test("OpusDecode() refuses a sample format that decoded audio cannot have", () => {
  assert.throws(
    () => OpusDecode({ sample_format: "S16_BE" }),
    /^RangeError: Cannot decode Opus to S16_BE: decoded audio is one of U8, S16_LE, /,
  );
});

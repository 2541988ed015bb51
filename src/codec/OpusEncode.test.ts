// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampled, sine, strength, heard } from "../audio/parts.ts";
import { drive } from "../testing/index.ts";
import { cut, ffmpeg, joined, probed, withoutFFmpeg } from "./parts.ts";
import { OpusEncode } from "./OpusEncode.ts";

test("OpusEncode() makes what ffmpeg knows for Opus, and what is heard stays the same", { skip: withoutFFmpeg }, async () => {
  const audio = sampled(sine(440, 0.5), 1, { sample_rate: 48000 });
  const { outbox, progress, signal } = await drive(OpusEncode({ sample_rate: 48_000, bitrate: 64_000 }), { inbox: cut(audio, 999) });
  const bytes = joined(outbox);
  assert.equal(probed(bytes, "codec_name"), "opus");
  const back = heard([ffmpeg(bytes, "-i", "-", "-f", "s16le", "-ar", "48000", "-")]);
  assert.ok(Math.abs(back.length - 48000) < 48000 / 20, `${back.length} samples`);
  assert.ok(Math.abs(strength(back.slice(2000, -2000), 440, 48000) - 0.5) < 0.05);
  assert.deepEqual([progress.at(-1)?.done, signal.length], [true, 1]);
});
test("OpusEncode() refuses an application that there is not", () => {
  assert.throws(() => OpusEncode({ application: "radio" as "voip" }), {
    name: "RangeError",
    message: 'Cannot encode Opus for "radio": there are voip, audio, lowdelay',
  });
});

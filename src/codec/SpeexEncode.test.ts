// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampled, sine, strength, heard } from "../audio/parts.ts";
import { drive } from "../testing/index.ts";
import { cut, ffmpeg, joined, probed, withoutFFmpeg } from "./parts.ts";
import { SpeexEncode } from "./SpeexEncode.ts";

test("SpeexEncode() makes what ffmpeg knows for Speex, and what is heard stays the same", { skip: withoutFFmpeg }, async () => {
  const audio = sampled(sine(440, 0.5), 1, { sample_rate: 8000 });
  const { outbox, progress, signal } = await drive(SpeexEncode(), { inbox: cut(audio, 999) });
  const bytes = joined(outbox);
  assert.equal(probed(bytes, "codec_name"), "speex");
  const back = heard([ffmpeg(bytes, "-i", "-", "-f", "s16le", "-ar", "8000", "-")]);
  assert.ok(Math.abs(back.length - 8000) < 8000 / 20, `${back.length} samples`);
  assert.ok(Math.abs(strength(back.slice(2000, -2000), 440, 8000) - 0.5) < 0.05);
  assert.deepEqual([progress.at(-1)?.done, signal.length], [true, 1]);
});
test("SpeexEncode({ quality, bitrate }) makes it smaller or larger", { skip: withoutFFmpeg }, async () => {
  const audio = sampled((t) => 0.3 * Math.sin(2e5 * t * t) + 0.1 * Math.sin(3000 * t), 2);
  const size = async (options: Parameters<typeof SpeexEncode>[0]) =>
    joined((await drive(SpeexEncode(options), { inbox: [audio] })).outbox).length;
  const [small, large, fixed] = [await size({ quality: 1 }), await size({ quality: 10 }), await size({ bitrate: 20_000 })];
  assert.ok(small < 0.8 * large, `${small} ${large}`);
  assert.ok(fixed > 0);
});
test("SpeexEncode() refuses a quality that there is not", () => {
  assert.throws(() => SpeexEncode({ quality: 11 }), {
    name: "RangeError",
    message: "Cannot encode Speex with quality 11: there is 0 to 10",
  });
  assert.throws(() => SpeexEncode({ bitrate: 0 }), {
    name: "RangeError",
    message: "Cannot encode Speex with 0 bits per second: give more than 0",
  });
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampled, sine, strength, heard } from "../audio/parts.ts";
import { drive } from "../testing/index.ts";
import { cut, ffmpeg, joined, probed, withoutFFmpeg } from "./parts.ts";
import { AudioEncoder } from "./AudioEncoder.ts";

test("AudioEncoder() makes what ffmpeg knows for FLAC, and what is heard stays the same", { skip: withoutFFmpeg }, async () => {
  const audio = sampled(sine(440, 0.5), 1, { sample_rate: 44100 });
  const { outbox, progress, signal } = await drive(AudioEncoder({ container: "flac" }), { inbox: cut(audio, 999) });
  const bytes = joined(outbox);
  assert.equal(probed(bytes, "codec_name"), "flac");
  const back = heard([ffmpeg(bytes, "-i", "-", "-f", "s16le", "-ar", "44100", "-")]);
  assert.ok(Math.abs(back.length - 44100) < 44100 / 20, `${back.length} samples`);
  assert.ok(Math.abs(strength(back.slice(2000, -2000), 440, 44100) - 0.5) < 0.05);
  assert.deepEqual([progress.at(-1)?.done, signal.length], [true, 1]);
});
test("AudioEncoder({ codec }) makes what it is told to", { skip: withoutFFmpeg }, async () => {
  const audio = sampled(sine(440, 0.5), 0.5);
  const { outbox } = await drive(AudioEncoder({ codec: "libopus", container: "matroska" }), { inbox: [audio] });
  assert.equal(probed(joined(outbox), "codec_name"), "opus");
  await assert.rejects(
    drive(AudioEncoder({ codec: "nonsense", container: "wav" }), { inbox: [audio] }),
    /Cannot encode audio with ffmpeg: .*\n.*Unknown encoder 'nonsense'/,
  );
});

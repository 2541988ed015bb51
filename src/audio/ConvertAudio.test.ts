// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { ffmpeg, joined, withoutFFmpeg } from "../codec/parts.ts";
import { drive } from "../testing/index.ts";
import { ConvertAudio, type ConvertAudioOptions } from "./ConvertAudio.ts";
import { encodeSamples, type SampleFormat } from "./formats.ts";
import { cut, heard, sampled, sine } from "./parts.ts";

const converted = async (audio: Uint8Array, options: ConvertAudioOptions, size = 5) =>
  joined((await drive(ConvertAudio(options), { inbox: cut(audio, size) })).outbox);
const mixed = async (samples: number[], options: ConvertAudioOptions) =>
  heard([await converted(encodeSamples(samples, "FLOAT64_LE"), { ...options, sample_format: "FLOAT64_LE" })], "FLOAT64_LE");

test("ConvertAudio() changes how samples lie in memory, wherever they are cut", async () => {
  const audio = Uint8Array.of(1, 2, 3, 4, 5, 6);
  for (let size = 1; size <= 6; size++)
    assert.deepEqual([...(await converted(audio, { to_sample_format: "S16_BE" }, size))], [2, 1, 4, 3, 6, 5]);
});
test("ConvertAudio() changes channels: one to all, all to one, each to its own", async () => {
  assert.deepEqual(await mixed([1, 2], { channels: 1, to_channels: 3 }), [1, 1, 1, 2, 2, 2]);
  assert.deepEqual(await mixed([1, 2, 3, 5], { channels: 2, to_channels: 1 }), [1.5, 4]);
  assert.deepEqual(await mixed([1, 2], { channels: 2, to_channels: 4 }), [1, 2, 0, 0]);
  assert.deepEqual(await mixed([1, 2, 3], { channels: 3, to_channels: 2 }), [1, 2]);
});
test("ConvertAudio({ matrix }) mixes as it is told", async () => {
  const swap = [
    [0, 1],
    [1, 0],
  ];
  assert.deepEqual(await mixed([1, 2, 3, 4], { channels: 2, matrix: swap }), [2, 1, 4, 3]);
  assert.throws(() => ConvertAudio({ channels: 2, to_channels: 1, matrix: swap }), {
    name: "RangeError",
    message: "Cannot convert audio by this matrix: 2 channels to 1 take 1 rows of 2 numbers",
  });
});
test("ConvertAudio() agrees with ffmpeg", { skip: withoutFFmpeg }, async () => {
  const formats: readonly (readonly [SampleFormat, string])[] = [
    ["U8", "u8"],
    ["S16_BE", "s16be"],
    ["S24_3LE", "s24le"],
    ["S32_LE", "s32le"],
    ["FLOAT_LE", "f32le"],
    ["FLOAT64_BE", "f64be"],
  ];
  const audio = sampled(sine(440, 0.7), 0.1);
  for (const [to_sample_format, name] of formats) {
    const theirs = ffmpeg(audio, "-f", "s16le", "-ar", "44100", "-ac", "1", "-i", "-", "-f", name, "-c:a", `pcm_${name}`, "-");
    const ours = heard([await converted(audio, { to_sample_format })], to_sample_format);
    const expected = heard([theirs], to_sample_format);
    const tolerance = to_sample_format === "U8" ? 1 / 128 : 0; // ffmpeg cuts where we round
    assert.equal(ours.length, expected.length);
    assert.ok(
      expected.every((sample, i) => Math.abs(sample - ours[i]!) <= tolerance),
      to_sample_format,
    );
  }
});
test("ConvertAudio() refuses formats that there are not", () => {
  assert.throws(
    () => ConvertAudio({ to_sample_format: "S12" as SampleFormat }),
    /^RangeError: Cannot convert audio: there is no sample format "S12"/,
  );
  assert.throws(() => ConvertAudio({ to_channels: 0 }), /^RangeError: Cannot convert audio: 0 channels/);
});

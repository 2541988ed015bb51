// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { withoutFFmpeg } from "../codec/parts.ts";
import { seedOf } from "../testing/index.ts";
import { bytesPerSample, checkFormat, decodeSamples, encodeSamples, type SampleFormat, sampleFormats } from "./formats.ts";

const whole = sampleFormats.filter((format) => !format.includes("FLOAT") && !format.includes("LAW"));
const floats = sampleFormats.filter((format) => format.includes("FLOAT"));

test("decodeSamples() gives numbers from -1 to 1, and encodeSamples() their bytes", () => {
  assert.deepEqual([...decodeSamples(Uint8Array.of(0, 0, 0xff, 0x7f, 0, 0x80, 9), "S16_LE")], [0, 32_767 / 32_768, -1]);
  assert.deepEqual([...encodeSamples([0, 0.5, -1], "S16_BE")], [0, 0, 0x40, 0, 0x80, 0]);
  assert.deepEqual([...encodeSamples([0, -0.5], "S24_3LE")], [0, 0, 0, 0, 0, 0xc0]);
  assert.deepEqual([...encodeSamples([0, 1], "U8")], [128, 255]);
});
test("encodeSamples() makes what is too loud as loud as can be, and silence of what is no number; floats keep all", () => {
  for (const format of whole) {
    const [most, least, nothing] = decodeSamples(encodeSamples([3, -3, NaN], format), format);
    assert.deepEqual([most, least, nothing], [1 - 2 / 2 ** (8 * bytesPerSample(format)), -1, 0], format);
  }
  for (const format of floats) assert.deepEqual([...decodeSamples(encodeSamples([3, -0.25], format), format)], [3, -0.25], format);
});
test("encodeSamples() and decodeSamples() give back any bytes of whole numbers", () => {
  for (const format of whole) {
    const size = bytesPerSample(format);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const all = bytes.subarray(0, bytes.length - (bytes.length % size));
        assert.deepEqual(encodeSamples(decodeSamples(all, format), format), all);
      }),
      { seed: seedOf(format) },
    );
  }
});
test("encodeSamples() and decodeSamples() of A-law and mu-law agree with ffmpeg, for every number", { skip: withoutFFmpeg }, () => {
  const run = (input: Uint8Array, ...words: string[]): Uint8Array =>
    new Uint8Array(spawnSync("ffmpeg", ["-v", "error", "-ar", "8000", "-ac", "1", ...words, "-"], { input, maxBuffer: 2 ** 24 }).stdout);
  const numbers = new Uint8Array(Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768).buffer);
  for (const [format, muxer] of [
    ["MU_LAW", "mulaw"],
    ["A_LAW", "alaw"],
  ] as const) {
    const codes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const linear = run(codes, "-f", muxer, "-i", "-", "-f", "s16le");
    assert.deepEqual(encodeSamples(decodeSamples(codes, format), "S16_LE"), linear);
    // they do not agree where a number is right between two codes
    const theirs = decodeSamples(run(numbers, "-f", "s16le", "-i", "-", "-f", muxer), format);
    const ours = decodeSamples(encodeSamples(decodeSamples(numbers, "S16_LE"), format), format);
    const exact = decodeSamples(numbers, "S16_LE");
    for (let i = 0; i < exact.length; i++) {
      const step = Math.max(16 / 32_768, (Math.abs(exact[i]!) + 132 / 32_768) / 16);
      assert.ok(
        Math.abs(ours[i]! - theirs[i]!) <= step && Math.abs(ours[i]! - exact[i]!) <= step,
        `${format} ${i}: ${ours[i]}, ${theirs[i]}`,
      );
    }
  }
});
test("checkFormat() names the formats that there are", () => {
  const check = (sample_format: string, channels: number, sample_rate: number) => () =>
    checkFormat("hum", { sample_format: sample_format as SampleFormat, channels, sample_rate });
  assert.throws(check("S12", 1, 1), { name: "RangeError", message: /^Cannot hum: there is no sample format "S12", only U8, S8, .*A_LAW$/ });
  assert.throws(check("toString", 1, 1), RangeError);
  assert.throws(check("U8", 0, 1), { message: "Cannot hum: 0 channels; there are 1 to 65535" });
  assert.throws(check("U8", 1.5, 1), RangeError);
  assert.throws(check("U8", 1, 0), { message: "Cannot hum: 0 samples per second; give more than 0" });
});

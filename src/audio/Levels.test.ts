// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { withoutFFmpeg } from "../codec/parts.ts";
import { drive } from "../testing/index.ts";
import { encodeSamples } from "./formats.ts";
import { Levels, type LevelsOptions } from "./Levels.ts";
import { cut, sampled, sine } from "./parts.ts";

const levels = async (audio: Uint8Array, options: LevelsOptions = {}, size = 777) =>
  (await drive(Levels(options), { inbox: cut(audio, size) })).outbox;

test("Levels() measures the mean and the peak of each stretch", async () => {
  const list = await levels(sampled(sine(1000, 0.5), 0.3));
  assert.deepEqual(
    list.map(({ time }) => time),
    [0, 0.1, 0.2],
  );
  for (const { rms, peak, rms_db, peak_db } of list) {
    assert.ok(Math.abs(rms[0]! - 0.5 / Math.SQRT2) < 1e-4 && Math.abs(peak[0]! - 0.5) < 1e-3);
    assert.ok(Math.abs(rms_db[0]! + 9.03) < 0.01 && Math.abs(peak_db[0]! + 6.02) < 0.01);
  }
});
test("Levels() measures each channel, and silence as -Infinity dBFS", async () => {
  const [level] = await levels(encodeSamples([0.5, 0, -0.5, 0], "S16_LE"), { channels: 2 });
  assert.deepEqual(level, {
    time: 0,
    rms: [0.5, 0],
    peak: [0.5, 0],
    rms_db: [20 * Math.log10(0.5), -Infinity],
    peak_db: [20 * Math.log10(0.5), -Infinity],
  });
});
test("Levels() measures what is left at the end, but not when it is stopped, and nothing of nothing", async () => {
  const audio = sampled(() => 0.5, 0.25, { sample_rate: 100 });
  assert.deepEqual(
    (await levels(audio, { sample_rate: 100 })).map(({ time }) => time),
    [0, 0.1, 0.2],
  );
  assert.deepEqual(await levels(new Uint8Array(0)), []);
  assert.deepEqual((await drive(Levels(), { inbox: [audio] }, { shutdown: "shutdownMicroprocess" })).outbox, []);
});
test("Levels() gives the same, wherever the bytes are cut", async () => {
  const audio = sampled(sine(50), 0.05, { sample_rate: 1000, sample_format: "S24_3LE" });
  const options = { sample_rate: 1000, sample_format: "S24_3LE", interval: 0.01 } as const;
  const expected = await levels(audio, options, audio.length);
  for (let size = 1; size < 20; size++) assert.deepEqual(await levels(audio, options, size), expected);
});
test("Levels() agrees with ffmpeg's astats", { skip: withoutFFmpeg }, async () => {
  const wave = (t: number): number => 0.4 * Math.sin(2 * Math.PI * 333 * t) + 0.2 * Math.sin(2 * Math.PI * 1234 * t);
  const audio = sampled(wave, 1, { sample_format: "FLOAT_LE" });
  const words = ["-hide_banner", "-f", "f32le", "-ar", "44100", "-ac", "1", "-i", "-", "-af", "astats", "-f", "null", "-"];
  const text = spawnSync("ffmpeg", words, { input: audio }).stderr.toString();
  const said = (what: string): number => Number(new RegExp(`${what} level dB: (-?[\\d.]+)`).exec(text)?.[1]);
  const [level] = await levels(audio, { sample_format: "FLOAT_LE", interval: 1 });
  assert.ok(Math.abs(level!.rms_db[0]! - said("RMS")) < 1e-3 && Math.abs(level!.peak_db[0]! - said("Peak")) < 1e-3, text);
});
test("Levels() refuses intervals shorter than a sample", () => {
  assert.throws(() => Levels({ interval: 0, sample_rate: 8000 }), {
    name: "RangeError",
    message: "Cannot measure levels every 0 s: give at least the time of a sample, 0.000125 s",
  });
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { encodeSamples } from "./formats.ts";
import { cut, decibels, heard, sampled, sine, strength } from "./parts.ts";
import { Resample, type ResampleOptions } from "./Resample.ts";

const float = { sample_format: "FLOAT64_LE" } as const;
const resampled = async (audio: Uint8Array, options: ResampleOptions, size = 4001) =>
  heard((await drive(Resample({ ...float, ...options }), { inbox: cut(audio, size) })).outbox, options.sample_format ?? "FLOAT64_LE");

/** Rates that are met: video and CD both ways, telephone, twice, a number with nothing in common, and one that is nearly the same. */
const rates = [
  [44_100, 48_000],
  [48_000, 44_100],
  [44_100, 8000],
  [8000, 44_100],
  [22_050, 44_100],
  [44_100, 31_337],
  [48_000, 48_001],
] as const;

test("Resample() makes a sine into the same sine, within 0.01 dB, and the error is 90 dB weaker", async () => {
  for (const [sample_rate, to_sample_rate] of rates) {
    const lower = Math.min(sample_rate, to_sample_rate);
    for (const share of [0.02, 0.25, 0.43]) {
      const frequency = share * lower;
      const made = await resampled(sampled(sine(frequency), 0.2, { sample_rate, ...float }), { sample_rate, to_sample_rate });
      assert.equal(made.length, Math.ceil((Math.round(0.2 * sample_rate) * to_sample_rate) / sample_rate));
      const middle = made.slice(made.length / 4, (3 * made.length) / 4);
      const from = Math.floor(made.length / 4);
      const errors = middle.map((sample, i) => sample - sine(frequency)((from + i) / to_sample_rate));
      const worst = Math.max(...errors.map(Math.abs));
      const name = `${sample_rate} to ${to_sample_rate} at ${frequency} Hz: ${decibels(worst)} dB`;
      assert.ok(worst < 1.2e-3, name);
      const gain = decibels(strength(middle, frequency, to_sample_rate));
      assert.ok(Math.abs(gain) < 0.01, `${name}, gain ${gain} dB`);
      if (share < 0.4) assert.ok(decibels(worst) < -90, name);
    }
  }
});
test("Resample() keeps out what the lower rate cannot hold", async () => {
  for (const frequency of [4000, 4100, 5000, 9000, 15_000]) {
    const made = await resampled(sampled(sine(frequency), 0.3, { sample_rate: 44_100, ...float }), { to_sample_rate: 8000 });
    const loudest = Math.max(...made.slice(600, -600).map(Math.abs));
    assert.ok(decibels(loudest) < -95, `${frequency} Hz: ${decibels(loudest)} dB`);
  }
});
test("Resample() adds no images when the rate becomes higher", async () => {
  const made = await resampled(sampled(sine(3000), 0.3, { sample_rate: 8000, ...float }), { sample_rate: 8000, to_sample_rate: 48_000 });
  for (const image of [5000, 11_000, 13_000]) assert.ok(decibels(strength(made.slice(2000, -2000), image, 48_000)) < -95);
});
test("Resample() shifts nothing, and keeps what is constant", async () => {
  const made = await resampled(encodeSamples(new Array<number>(2000).fill(0.5), "FLOAT64_LE"), { to_sample_rate: 48_000 });
  assert.ok(made.slice(200, -200).every((sample) => Math.abs(sample - 0.5) < 1e-6));
});
test("Resample({ quality: linear }) draws lines between neighbours", async () => {
  const audio = encodeSamples([0, 0.3, 0.6, 0], "FLOAT64_LE");
  const made = await resampled(audio, { sample_rate: 10, to_sample_rate: 20, quality: "linear" }, 3);
  assert.deepEqual(
    made.map((sample) => Number(sample.toFixed(6))),
    [0, 0.15, 0.3, 0.45, 0.6, 0.3, 0, 0],
  );
  const slower = await resampled(audio, { sample_rate: 20, to_sample_rate: 10, quality: "linear" }, 5);
  assert.deepEqual(slower, [0, 0.6]);
});
test("Resample() gives the same, wherever the bytes are cut, also when it skips far", async () => {
  for (const to_sample_rate of [48_000, 4411]) {
    for (const quality of ["linear", "sinc"] as const) {
      const audio = sampled(sine(300, 0.5), 0.02);
      const options = { sample_format: "S16_LE", to_sample_rate, quality } as const;
      const expected = await resampled(audio, options, audio.length);
      for (const size of [1, 2, 3, 100]) assert.deepEqual(await resampled(audio, options, size), expected);
    }
  }
});
test("Resample({ to_channels }) changes channels, too, and does not mix them up", async () => {
  const audio = encodeSamples(
    Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? 0.25 : -0.5)),
    "FLOAT64_LE",
  );
  const stereo = await resampled(audio, { channels: 2, to_sample_rate: 22_050 });
  assert.ok(stereo.slice(600, -600).every((sample, i) => Math.abs(sample - (i % 2 === 0 ? 0.25 : -0.5)) < 1e-6));
  const mono = await resampled(audio, { channels: 2, to_sample_rate: 22_050, to_channels: 1 });
  assert.ok(mono.slice(300, -300).every((sample) => Math.abs(sample + 0.125) < 1e-6));
  assert.deepEqual([stereo.length, mono.length], [2000, 1000]);
});
test("Resample() sends nothing of nothing, and no rest when it is stopped", async () => {
  assert.deepEqual(await resampled(new Uint8Array(0), { to_sample_rate: 8000 }), []);
  const { outbox } = await drive(
    Resample({ to_sample_rate: 8000 }),
    { inbox: [new Uint8Array(100)] },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.deepEqual(outbox, []);
});
test("Resample() refuses rates that cannot be", () => {
  const refused = (options: ResampleOptions, message: string): void =>
    assert.throws(() => Resample(options), { name: "RangeError", message });
  refused({ to_sample_rate: 0 }, "Cannot resample: 0 samples per second; give more than 0");
  refused({ to_sample_rate: 8000.5 }, "Cannot resample: 8000.5 samples per second; give a whole number");
  refused({ to_sample_rate: 1000 }, "Cannot resample from 44100 to 1000: at most 32 become one; do it in two steps");
  refused({ to_sample_rate: 8000, quality: "best" as "sinc" }, 'Cannot resample with the quality "best": there are sinc, linear');
});

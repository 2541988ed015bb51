// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { drive, VirtualClock } from "../testing/index.ts";
import { decibels, heard, strength } from "./parts.ts";
import { type Shape, Tone, type ToneOptions } from "./Tone.ts";
import { Levels } from "./Levels.ts";

const tone = async (options: ToneOptions) => (await drive(Tone(options), {}, { shutdown: false })).outbox;
const samples = async (options: ToneOptions) => heard(await tone(options));

test("Tone() makes a sine of 440 Hz, half as loud as can be, from zero upwards", async () => {
  const wave = await samples({ duration: 1 });
  assert.equal(wave.length, 44_100);
  assert.deepEqual([wave[0], wave[1]! > 0], [0, true]);
  assert.ok(Math.abs(strength(wave, 440, 44_100) - 0.5) < 1e-3);
  assert.ok(strength(wave, 880, 44_100) < 1e-4);
});
test("Tone() sends blocks of 20 ms, the last one shorter", async () => {
  const blocks = await tone({ duration: 0.05, sample_rate: 8000 });
  assert.deepEqual(
    blocks.map((block) => block.length),
    [320, 320, 160],
  );
  assert.equal((await tone({ duration: 0.05, sample_rate: 8000, blockSize: 400 })).length, 1);
  assert.deepEqual(await tone({ duration: 0 }), []);
});
test("Tone({ channels }) has the same on all of them", async () => {
  const wave = await samples({ duration: 0.01, channels: 2 });
  assert.equal(wave.length, 882);
  assert.ok(wave.every((sample, i) => sample === wave[i - (i % 2)]));
});
test("Tone({ shape }) has the overtones of its shape, and what would alias is at least 40 dB weaker", async () => {
  const [rate, frequency] = [44_100, 2500];
  const expected: Readonly<Record<Shape, (n: number) => number>> = {
    sine: (n) => (n === 1 ? 1 : 0),
    square: (n) => (n % 2 === 1 ? 4 / (Math.PI * n) : 0),
    triangle: (n) => (n % 2 === 1 ? 8 / (Math.PI * n) ** 2 : 0),
    sawtooth: (n) => 2 / (Math.PI * n),
  };
  for (const [shape, overtone] of Object.entries(expected) as [Shape, (n: number) => number][]) {
    const wave = await samples({ shape, frequency, duration: 1, amplitude: 0.5 });
    for (const n of [1, 2, 3]) assert.ok(Math.abs(strength(wave, n * frequency, rate) - overtone(n) / 2) < 0.025, `${shape} ${n}`);
    for (const alias of [900, 1600, 3400]) assert.ok(decibels(strength(wave, alias, rate)) < -40, `${shape} ${alias}`);
  }
});
test("Tone() of a low frequency is as high as it should be, in all shapes", async () => {
  for (const shape of ["square", "triangle", "sawtooth"] as const) {
    const wave = await samples({ shape, frequency: 10, duration: 0.2, amplitude: 0.5 });
    assert.ok(Math.abs(Math.max(...wave) - 0.5) < 0.01 && Math.abs(Math.min(...wave) + 0.5) < 0.01, shape);
    assert.ok(wave[10]! > 0, shape);
  }
});
test("Tone({ fade }) comes and goes softly", async () => {
  const wave = await samples({ duration: 0.1, fade: 10, shape: "square" });
  assert.ok(Math.abs(wave[0]!) < 0.01 && Math.abs(wave.at(-1)!) < 0.01);
  assert.ok(Math.max(...wave.slice(441, -441)) > 0.49);
});
test("Tone({ paced }) takes as long as it can be heard, without drifting", async () => {
  const clock = new VirtualClock();
  await drive(Tone({ duration: 3600, sample_rate: 11_025, paced: true, blockSize: 5000 }), {}, { clock, shutdown: false });
  assert.ok(Math.abs(clock.now() - 3_600_000) < 1e-3, `${clock.now()}`);
});
test("Tone() without an end is as fast as it is taken, and ends when it is told", async () => {
  const { outbox } = await drive(Pipeline(Tone(), Levels({ interval: 0.02 })), {}, { bound: 3, shutdown: "producerFinished" });
  assert.ok(outbox.length < 500);
});
test("Tone() refuses what cannot be", () => {
  const refused = (options: ToneOptions, message: string): void => assert.throws(() => Tone(options), { name: "RangeError", message });
  refused({ frequency: 30_000 }, "Cannot make a tone of 30000 Hz: 44100 samples per second hold from above 0 to 22050 Hz");
  refused({ shape: "round" as Shape }, 'Cannot make a tone of the shape "round": there are sine, square, triangle, sawtooth');
  refused({ duration: -1 }, "Cannot make a tone for -1 seconds: give 0 or more");
  refused({ amplitude: NaN }, "Cannot make a tone of amplitude NaN: give 0 to 1, or more to overdrive it");
  refused({ blockSize: 0 }, "Cannot make a tone in blocks of 0 frames: give 1 or more");
  refused({ fade: -1 }, "Cannot make a tone that fades in -1 ms: give 0 or more");
});

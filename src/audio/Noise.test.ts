// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive, seedOf } from "../testing/index.ts";
import { Noise, type NoiseOptions } from "./Noise.ts";
import { decibels, heard, strength } from "./parts.ts";

const noise = async (options: NoiseOptions, seed = seedOf("noise")) =>
  heard((await drive(Noise(options), {}, { shutdown: false, seed })).outbox);

/** The mean power around a frequency, in decibels. */
function power(samples: number[], frequency: number): number {
  let sum = 0;
  const bands = 40;
  for (let i = 0; i < bands; i++) sum += strength(samples, frequency * (0.9 + (0.2 * i) / bands), 44_100) ** 2;
  return decibels(Math.sqrt(sum / bands));
}

test("Noise() is even between plus and minus its amplitude, and as strong at all frequencies", async () => {
  const samples = await noise({ duration: 1 });
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
  assert.ok(Math.abs(mean) < 0.01 && Math.abs(rms - 0.5 / Math.sqrt(3)) < 0.01, `${mean} ${rms}`);
  assert.ok(Math.max(...samples) < 0.5 && Math.max(...samples) > 0.49);
  assert.ok(Math.abs(power(samples, 300) - power(samples, 10_000)) < 3);
});
test("Noise({ colour: pink }) loses 3 dB an octave, and stays within its amplitude", async () => {
  const samples = await noise({ duration: 1, colour: "pink" });
  const octaves = Math.log2(10_000 / 300);
  assert.ok(Math.abs((power(samples, 300) - power(samples, 10_000)) / octaves - 3.01) < 0.6);
  assert.ok(Math.max(...samples) < 0.5);
});
test("Noise() is the same for the same seed, and another for another", async () => {
  const options = { duration: 0.01, colour: "pink" } as const;
  assert.deepEqual(await noise(options, 7), await noise(options, 7));
  assert.notDeepEqual(await noise(options, 7), await noise(options, 8));
});
test("Noise() refuses colours that there are not", () => {
  assert.throws(() => Noise({ colour: "brown" as "pink" }), {
    name: "RangeError",
    message: 'Cannot make noise that is "brown": there are white, pink',
  });
});

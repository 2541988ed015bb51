// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { encodeSamples } from "./formats.ts";
import { LPF, type LPFOptions } from "./LPF.ts";
import { cut, decibels, heard, sampled, sine, strength } from "./parts.ts";

const filtered = async (audio: Uint8Array, options: LPFOptions = {}, size = 101) =>
  heard((await drive(LPF(options), { inbox: cut(audio, size) })).outbox);

test("LPF() lets through what is low, and is 3 dB quieter at its cutoff", async () => {
  const gain = async (frequency: number): Promise<number> => {
    const samples = await filtered(sampled(sine(frequency, 0.5), 1, { sample_rate: 8000 }));
    return decibels(strength(samples, frequency, 8000) / 0.5);
  };
  assert.ok(Math.abs(await gain(50)) < 0.05);
  assert.ok(Math.abs((await gain(1000)) + 3.01) < 0.05);
  assert.ok((await gain(3500)) < -15);
});
test("LPF() has the original's numbers: 3.4142136 and 0.4142136", async () => {
  const one = await filtered(encodeSamples([0.9, 0, 0], "S16_LE"));
  const first = 0.9 / 3.4142136;
  const second = first + 0.4142136 * first;
  for (const [i, expected] of [first, second, 0.4142136 * second].entries()) assert.ok(Math.abs(one[i]! - expected) < 1e-4);
});
test("LPF() keeps channels apart, wherever the bytes are cut", async () => {
  const audio = encodeSamples([0.5, 0, 0.5, 0, 0.5, 0], "S16_LE");
  const expected = await filtered(audio, { channels: 2 });
  assert.deepEqual([expected[1], expected[3], expected[5]], [0, 0, 0]);
  for (const size of [1, 3, 5]) assert.deepEqual(await filtered(audio, { channels: 2 }, size), expected);
});
test("LPF() refuses a cutoff beyond what the rate can hold", () => {
  assert.throws(() => LPF({ cutoff: 4000 }), {
    name: "RangeError",
    message: "Cannot filter at 4000 Hz: 8000 samples per second hold from above 0 to below 4000 Hz",
  });
});

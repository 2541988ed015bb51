// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeSamples } from "../audio/index.ts";
import { ComponentFailure } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { without } from "../internet/parts.ts";
import { ToList } from "../testing/index.ts";
import { Speech, type SpeechOptions } from "./Speech.ts";

const skip = without("espeak-ng");

async function spoken(text: string, options?: SpeechOptions): Promise<number[]> {
  const list: Uint8Array[] = [];
  await Pipeline(Speech(text, options), ToList(list)).run();
  return [...decodeSamples(Buffer.concat(list), "S16_LE")];
}

test("Speech() speaks a text, audibly, and longer ones longer", { skip }, async () => {
  const short = await spoken("hello");
  const long = await spoken("hello, and welcome to a text that takes some time");
  assert.ok(Math.max(...short) > 0.1 && short.length > 8000, `${short.length} samples`);
  assert.ok(long.length > 2 * short.length);
});
test("Speech({ sample_rate }) gives as many samples as asked for", { skip }, async () => {
  const [full, less] = [await spoken("hello"), await spoken("hello", { sample_rate: 5950 })];
  assert.ok(Math.abs(less.length / full.length - 5950 / 22_050) < 0.001);
});
test("Speech() takes a text for a text, whatever it begins with", { skip }, async () => {
  assert.ok((await spoken("--version is no word")).length > 8000);
});
test("Speech() fails where there is no espeak-ng, and says so", async () => {
  await assert.rejects(spoken("hello", { program: "no-such-program" }), (error) => {
    assert.ok(error instanceof ComponentFailure);
    assert.match(String(error), /no-such-program/);
    return true;
  });
});
test("Speech() refuses speeds and rates that there are not", () => {
  for (const options of [{ speed: 0 }, { sample_rate: 0.5 }]) assert.throws(() => Speech("hello", options), RangeError);
});
test("Speech() fails where there is no such voice", { skip }, async () => {
  await assert.rejects(spoken("hello", { voice: "xx-nobody" }), /espeak-ng ended with code 1/);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { at, drive } from "../testing/index.ts";
import { encodeSamples } from "./formats.ts";
import { heard } from "./parts.ts";
import { RawAudioMixer, type RawAudioMixerOptions } from "./RawAudioMixer.ts";

/** A hundred samples per second, which are heard at once, in stretches of a tenth of a second. */
const quick = { sample_rate: 100, readThreshold: 0, bufferingLimit: 10 } as const;
const audio = (value: number, count: number): Uint8Array => encodeSamples(new Array<number>(count).fill(value), "S16_LE");
type Message = readonly [source: string, audio: Uint8Array];

/** Notes when each message came, and how many samples of what value it begins with. */
function Note(): Component<{ inbox: Uint8Array }, { outbox: readonly [time: number, count: number, value: number] }> {
  return component(Note, {
    inboxes: { inbox: "raw audio" },
    outboxes: { outbox: "notes" },
    *main({ inbox }, { outbox }, self) {
      while (yield inbox) {
        const samples = heard([inbox.recv()]);
        outbox.send([Math.round(self.system.clock.now()), samples.length, Math.round(samples[0]! * 100) / 100]);
      }
    },
  });
}
const mixed = async (messages: Record<number, Message>, options: RawAudioMixerOptions = {}) =>
  (await drive(Pipeline(RawAudioMixer<string>({ ...quick, ...options }), Note()), { inbox: at(messages) })).outbox;

test("RawAudioMixer() that nothing comes to sends nothing", async () => {
  assert.deepEqual((await drive(RawAudioMixer())).outbox, []);
});
test("RawAudioMixer() passes a single source on unchanged", async () => {
  const samples = Array.from({ length: 57 }, (_, i) => i / 100);
  const bytes = encodeSamples(samples, "S16_LE");
  const { outbox } = await drive(RawAudioMixer(quick), {
    inbox: [
      ["A", bytes.subarray(0, 31)],
      ["A", bytes.subarray(31)],
    ],
  });
  assert.deepEqual(heard(outbox), heard([bytes]));
});
test("RawAudioMixer() adds sources up, and does not average them", async () => {
  assert.deepEqual(await mixed({ 1: ["A", audio(0.25, 10)], 2: ["B", audio(0.5, 20)] }), [
    [1, 10, 0.25],
    [2, 10, 0.5],
    [102, 10, 0.5],
  ]);
  const { outbox } = await drive(RawAudioMixer(quick), {
    inbox: [
      ["A", audio(0.25, 20)],
      ["B", audio(0.5, 10)],
    ],
  });
  assert.deepEqual([heard(outbox)[0], heard(outbox)[15]], [0.75, 0.25]);
});
test("RawAudioMixer() makes what is too loud as loud as can be (the original turned it over)", async () => {
  const { outbox } = await drive(RawAudioMixer(quick), {
    inbox: [
      ["A", audio(0.75, 5)],
      ["B", audio(0.75, 5)],
    ],
  });
  assert.deepEqual(heard(outbox), new Array(5).fill(32_767 / 32_768));
  const below = await drive(RawAudioMixer(quick), {
    inbox: [
      ["A", audio(-0.75, 1)],
      ["B", audio(-0.75, 1)],
    ],
  });
  assert.deepEqual(heard(below.outbox), [-1]);
});
test("RawAudioMixer() keeps the pace of the clock, exactly over an hour", async () => {
  const list = await mixed({ 1: ["A", audio(0.5, 360_000)] }, { bufferingLimit: 4000 });
  assert.deepEqual([list.length, list.at(-1)], [36_000, [3_599_901, 10, 0.5]]);
});
test("RawAudioMixer() hears a source once the threshold has come, and again after it has run out", async () => {
  const piece = audio(0.5, 20);
  const list = await mixed(
    { 1: ["A", piece], 50: ["A", piece], 90: ["A", piece], 1500: ["A", piece], 1600: ["A", piece] },
    { readThreshold: 0.4, sourceTimeout: 9 },
  );
  assert.deepEqual([list[0]?.[0], list.length], [50, 10]);
  assert.deepEqual(list[6]?.[0], 1600);
});
test("RawAudioMixer() hears what a source sent that fell silent below the threshold (the original never did)", async () => {
  const list = await mixed({ 1: ["A", audio(0.5, 5)], 3000: ["B", audio(0.25, 1)] }, { readThreshold: 1, sourceTimeout: 0.5 });
  assert.deepEqual(list, [
    [501, 5, 0.5],
    [3000, 1, 0.25],
  ]);
});
test("RawAudioMixer() hears all that is left when the data ends (the original dropped it)", async () => {
  assert.deepEqual(await mixed({ 1: ["A", audio(0.5, 25)], 2: ["B", audio(0.25, 5)] }, { readThreshold: 1 }), [
    [2, 10, 0.75],
    [102, 10, 0.5],
    [202, 5, 0.5],
  ]);
});
test("RawAudioMixer() stops at once when it is told, in the middle of it", async () => {
  const { outbox } = await drive(
    RawAudioMixer(quick),
    { inbox: at<Message>({ 0: ["A", audio(0.5, 100)], 250: ["A", audio(0.5, 1)] }) },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.equal(outbox.length, 3);
});
test("RawAudioMixer({ bufferingLimit }) leaves out the oldest, in whole frames", async () => {
  const bytes = encodeSamples(
    Array.from({ length: 40 }, (_, i) => i / 100),
    "S16_LE",
  );
  const { outbox } = await drive(RawAudioMixer({ ...quick, channels: 2, bufferingLimit: 0.1 }), {
    inbox: [
      ["A", bytes.subarray(0, 77)],
      ["A", bytes.subarray(77)],
    ],
  });
  assert.deepEqual(heard(outbox), heard([bytes]).slice(20));
});
test("RawAudioMixer() takes sources that come in pieces of samples", async () => {
  const bytes = encodeSamples([0.1, 0.2, 0.3], "S16_LE");
  const list: [string, Uint8Array][] = [...bytes].map((byte) => ["A", Uint8Array.of(byte)]);
  assert.deepEqual(heard((await drive(RawAudioMixer(quick), { inbox: list })).outbox), heard([bytes]));
});
test("RawAudioMixer() forgets sources of whom nothing is left", async () => {
  const names = Array.from({ length: 2000 }, (_, i) => i);
  const { outbox } = await drive(RawAudioMixer<number>(quick), { inbox: names.map((name) => [name, Uint8Array.of(1)] as const) });
  assert.deepEqual(outbox, []);
});
test("RawAudioMixer() mixes floats, and many channels", async () => {
  const piece = encodeSamples([0.5, 2, 0.25, 1], "FLOAT_LE");
  const { outbox } = await drive(RawAudioMixer({ ...quick, sample_format: "FLOAT_LE", channels: 2 }), {
    inbox: [
      ["A", piece],
      ["B", piece],
    ],
  });
  assert.deepEqual(heard(outbox, "FLOAT_LE"), [1, 4, 0.5, 2]);
});
test("RawAudioMixer() refuses formats and times that cannot be", () => {
  const refused = (options: RawAudioMixerOptions, message: RegExp): void => assert.throws(() => RawAudioMixer(options), message);
  refused({ sample_format: "S12" as never }, /^RangeError: Cannot mix audio: there is no sample format "S12"/);
  refused({ readInterval: 0 }, /^RangeError: Cannot mix audio: readInterval is 0; give seconds above 0/);
  refused(
    { readThreshold: 3 },
    /^RangeError: Cannot mix audio: readThreshold is 3; give 0 seconds or more, and no more than bufferingLimit, 2/,
  );
});

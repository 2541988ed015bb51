// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, ToList, VirtualClock } from "../testing/index.ts";
import { folderFor, noise, openFiles, sha } from "./parts.ts";
import { RateControlledFileReader } from "./RateControlledFileReader.ts";

const all = { shutdown: false } as const;

test("RateControlledFileReader() sends so many bytes a second, and ends with producerFinished", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  const data = noise(10_500);
  writeFileSync(file, data);
  const clock = new VirtualClock();
  const { outbox, signal } = await drive(RateControlledFileReader(file, { rate: 1000, chunkRate: 4 }), {}, { ...all, clock });
  assert.deepEqual([sha(...outbox), outbox[0]?.length, signal], [sha(data), 250, [producerFinished()]]);
  assert.ok(Math.abs(clock.now() - 10_500) <= 250, `it took ${clock.now()} ms`);
  assert.deepEqual(openFiles(folder), []);
});
test("RateControlledFileReader({ readMode: 'lines' }) sends so many lines a second", async (t) => {
  const file = join(folderFor(t), "a");
  const lines = Array.from({ length: 20 }, (_, i) => `${i}\n`);
  writeFileSync(file, lines.join(""));
  const clock = new VirtualClock();
  const { outbox } = await drive(RateControlledFileReader(file, { readMode: "lines", rate: 2, chunkSize: 1 }), {}, { ...all, clock });
  assert.deepEqual(outbox, lines);
  assert.ok(Math.abs(clock.now() - 10_000) <= 500, `it took ${clock.now()} ms`);
});
test("RateControlledFileReader() stops when it is told to, either way, and leaves nothing behind", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, noise(1_000_000));
  for (const word of [producerFinished(), shutdownMicroprocess()]) {
    const clock = new VirtualClock();
    const reader = RateControlledFileReader(file, { rate: 1000, chunkSize: 100 });
    clock.setTimer(() => reader.stop(word), 2050);
    const { outbox, signal } = await drive(reader, {}, { ...all, clock });
    assert.deepEqual([outbox.length, signal, openFiles(folder), clock.now()], [21, [word], [], 2050]);
  }
});
test("RateControlledFileReader() sends what cannot be read from error; fails with it if that is not linked", async () => {
  const { error, signal } = await drive(RateControlledFileReader("/nowhere"), {}, all);
  assert.deepEqual([error.map(({ code }) => code), signal], [["ENOENT"], [producerFinished(error[0])]]);
  await assert.rejects(new System().run(Pipeline(RateControlledFileReader("/nowhere"), ToList<Uint8Array>([]))), /Cannot read \/nowhere/);
});
test("RateControlledFileReader() refuses rates that there cannot be", () => {
  assert.throws(() => RateControlledFileReader("a", { rate: 0 }), RangeError);
});

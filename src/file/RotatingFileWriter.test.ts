// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { at, drive, Feed } from "../testing/index.ts";
import { folderFor, openFiles, tinyDisk } from "./parts.ts";
import { RotatingFileWriter, type RotatingFileWriterOptions } from "./RotatingFileWriter.ts";

const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));

test("RotatingFileWriter() sets a file aside before it would become too large, and sends its name", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  const { outbox, signal } = await drive(RotatingFileWriter(file, { size: 5 }), { inbox: ["one", "four", "xx", "too long", "z"] });
  assert.deepEqual(contents(folder), { "a.1": "one", "a.2": "four", "a.3": "xx", "a.4": "too long", a: "z" });
  assert.deepEqual([outbox, signal], [[1, 2, 3, 4].map((n) => `${file}.${n}`), [producerFinished()]]);
  assert.deepEqual(openFiles(folder), []);
});
test("RotatingFileWriter() adds to the file that is there, and goes on counting", async (t) => {
  const folder = folderFor(t);
  for (const name of ["a.9", "a.10", "a.x", "a.1.gz", "b.77"]) writeFileSync(join(folder, name), "");
  writeFileSync(join(folder, "a"), "old ");
  const { outbox } = await drive(RotatingFileWriter(join(folder, "a"), { size: 8 }), { inbox: ["one", "two"] });
  assert.deepEqual(outbox, [join(folder, "a.11")]);
  assert.deepEqual([contents(folder)["a.11"], contents(folder)["a"]], ["old one", "two"]);
});
test("RotatingFileWriter({ keep }) removes the oldest files", async (t) => {
  const folder = folderFor(t);
  await drive(RotatingFileWriter(join(folder, "a"), { size: 1, keep: 2 }), { inbox: [..."12345"] });
  assert.deepEqual(contents(folder), { "a.3": "3", "a.4": "4", a: "5" });
});
test("RotatingFileWriter({ every }) sets a file aside when it is so old, by the system's clock, and never an empty one", async (t) => {
  const folder = folderFor(t);
  const inbox = at({ 0: "a", 500: "b", 1000: "c", 5000: "d", 5500: "e" });
  const { outbox } = await drive(RotatingFileWriter(join(folder, "f"), { every: 1000 }), { inbox });
  assert.deepEqual([contents(folder), outbox.length], [{ "f.1": "ab", "f.2": "c", f: "de" }, 2]);
});
test("RotatingFileWriter() loses nothing and divides no message, whatever comes", async (t) => {
  const messages = fc.array(fc.tuple(fc.string({ maxLength: 12 }), fc.integer({ min: 0, max: 900 })), { maxLength: 40 });
  const limits = fc.record({ size: fc.integer({ min: 1, max: 30 }), every: fc.constantFrom(500, 1000, Infinity) });
  await fc.assert(
    fc.asyncProperty(messages, limits, async (given, options: RotatingFileWriterOptions) => {
      const folder = folderFor(t);
      let time = 0;
      const schedule = given.map(([word, pause], i) => [(time += pause + 0.001), `<${i}:${word.replaceAll(/[<>\r]/g, "")}>`] as const);
      const { outbox } = await drive(RotatingFileWriter(join(folder, "a"), options), { inbox: at(Object.fromEntries(schedule)) });
      const files = [...outbox, join(folder, "a")].map((name) => readFileSync(name, "utf8"));
      assert.equal(files.join(""), schedule.map(([, word]) => word).join(""));
      for (const text of files) {
        const words = text.match(/<[^<>]*>/g) ?? [];
        assert.equal(words.join(""), text);
        assert.ok(Buffer.byteLength(text) <= options.size! || words.length === 1, `${text} is longer than ${options.size}`);
      }
    }),
    { numRuns: 40 },
  );
});
test("RotatingFileWriter() stops at once on shutdownMicroprocess, and closes its file", async (t) => {
  const folder = folderFor(t);
  const { signal } = await drive(
    RotatingFileWriter(join(folder, "a"), { size: 5 }),
    { inbox: ["a"] },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.deepEqual([signal, openFiles(folder)], [[shutdownMicroprocess()], []]);
});
test("RotatingFileWriter() says when the disk is full, or the directory is not there; fails with it if error is not linked", async (t) => {
  const { error } = await drive(RotatingFileWriter("/nowhere/a", { size: 5 }), { inbox: ["a"] });
  assert.deepEqual(
    error.map(({ code }) => code),
    ["ENOENT"],
  );
  await assert.rejects(new System().run(Pipeline(Feed(["a"]), RotatingFileWriter("/nowhere/a", { size: 5 }))), /Cannot write \/nowhere\/a/);
  const disk = tinyDisk(t, 256 * 1024);
  if (typeof disk !== "string") return t.skip(disk.missing);
  const inbox = Array.from({ length: 100 }, () => Buffer.alloc(10_000));
  const full = await drive(RotatingFileWriter(join(disk, "a"), { size: 100_000 }), { inbox });
  assert.deepEqual([full.error.map(({ code }) => code), full.outbox.length, openFiles(disk)], [["ENOSPC"], 2, []]);
});
test("RotatingFileWriter() refuses limits that are none", () => {
  for (const options of [{}, { size: 0 }, { every: -1 }, { size: NaN }, { size: 1, keep: 1.5 }, { size: 1, keep: 0 }] as const)
    assert.throws(() => RotatingFileWriter("a", options), { name: "RangeError", message: /^Cannot (rotate a at|keep .* old files of a)/ });
});
test("RotatingFileWriter() fails with what is neither bytes nor text, and rotates nothing because of it", async (t) => {
  const folder = folderFor(t);
  for (const wrong of [undefined, null, 5]) {
    const inbox = ["a", wrong as unknown as string, "b"];
    await assert.rejects(drive(RotatingFileWriter(join(folder, "log"), { size: 10 }), { inbox }), /Cannot write .*: send bytes or text/);
  }
  assert.deepEqual([readdirSync(folder), openFiles(folder)], [["log"], []]);
});

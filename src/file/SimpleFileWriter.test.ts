// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed } from "../testing/index.ts";
import { Append } from "./Append.ts";
import { folderFor, noise, openFiles, sha, tinyDisk } from "./parts.ts";
import { SimpleFileWriter } from "./SimpleFileWriter.ts";
import { SimpleReader } from "./SimpleReader.ts";

test("SimpleFileWriter() writes bytes and text, and has ended when all is in the file and the file is closed (the original never closed it)", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  const { signal } = await drive(SimpleFileWriter(file), { inbox: ["one ", Buffer.from("two "), "", "€"] });
  assert.deepEqual([readFileSync(file, "utf8"), signal, openFiles(folder)], ["one two €", [producerFinished()], []]);
});
test("SimpleFileWriter() empties a file, adds to it, or refuses to touch it", async (t) => {
  const file = join(folderFor(t), "a");
  await drive(SimpleFileWriter(file), { inbox: ["long and old"] });
  await drive(SimpleFileWriter(file), { inbox: ["one"] });
  assert.equal(readFileSync(file, "utf8"), "one");
  await drive(SimpleFileWriter(file, { mode: "append", sync: true }), { inbox: ["two"] });
  assert.equal(readFileSync(file, "utf8"), "onetwo");
  const { error } = await drive(SimpleFileWriter(file, { mode: "exclusive" }), { inbox: ["three"] });
  assert.deepEqual(
    [error[0]?.code, error[0]?.message, readFileSync(file, "utf8")],
    ["EEXIST", `Cannot write ${file}: it exists already (EEXIST)`, "onetwo"],
  );
  await drive(SimpleFileWriter(`${file}b`, { mode: "exclusive" }), { inbox: ["three"] });
  assert.equal(readFileSync(`${file}b`, "utf8"), "three");
  assert.throws(() => SimpleFileWriter(file, { mode: "toString" as "append" }), {
    name: "RangeError",
    message: /in mode "toString": give "create"/,
  });
});
test("SimpleFileWriter() makes an empty file of nothing", async (t) => {
  const file = join(folderFor(t), "a");
  await drive(SimpleFileWriter(file));
  assert.equal(readFileSync(file, "utf8"), "");
});
test("SimpleFileWriter() writes the same, in whatever pieces it comes", async (t) => {
  const file = join(folderFor(t), "a");
  const piece = fc.oneof(
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.uint8Array(),
    fc.uint8Array({ minLength: 40_000, maxLength: 50_000 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (inbox) => {
      await drive(SimpleFileWriter(file), { inbox });
      assert.equal(sha(readFileSync(file)), sha(...inbox));
    }),
    { numRuns: 40 },
  );
});
test("SimpleFileWriter() and SimpleReader() copy 30 MB, with blocks of any size", async (t) => {
  const folder = folderFor(t);
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  const data = noise(30_000_001);
  writeFileSync(from, data);
  for (const chunkSize of [4093, 65_536, 1_000_000, 50_000_000]) {
    await new System().run(Pipeline(SimpleReader(from, { readMode: "bytes", chunkSize }), SimpleFileWriter(to)));
    assert.equal(sha(readFileSync(to)), sha(data), `in blocks of ${chunkSize}`);
  }
  assert.deepEqual(openFiles(folder), []);
});
test("SimpleFileWriter() holds who sends faster than it can write", async (t) => {
  const file = join(folderFor(t), "a");
  let held = 0;
  const system = new System();
  system.observe(({ type }) => {
    if (type === "held") held++;
  });
  await system.run(Pipeline(Feed(Array.from({ length: 5000 }, (_, i) => `${i}\n`)), SimpleFileWriter(file)));
  assert.ok(held > 0);
  assert.equal(readFileSync(file, "utf8").split("\n").length, 5001);
});
test("SimpleFileWriter() stops at once on shutdownMicroprocess, and closes its file", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  const { signal } = await drive(SimpleFileWriter(file), { inbox: ["one"] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([signal, openFiles(folder), existsSync(file) && readFileSync(file, "utf8")], [[shutdownMicroprocess()], [], ""]);
});
test("SimpleFileWriter() says when the disk is full; all that came before is in the file, which is closed", async (t) => {
  const disk = tinyDisk(t, 256 * 1024);
  if (typeof disk !== "string") return t.skip(disk.missing);
  const file = join(disk, "a");
  const data = noise(1_000_000);
  const inbox = Array.from({ length: 100 }, (_, i) => data.subarray(i * 10_000, (i + 1) * 10_000));
  const { error, signal } = await drive(SimpleFileWriter(file), { inbox });
  assert.deepEqual(
    [error.map(({ message }) => message), signal],
    [[`Cannot write ${file}: the disk is full (ENOSPC)`], [producerFinished()]],
  );
  const written = readFileSync(file);
  assert.ok(written.length > 200_000, `${written.length} bytes`);
  assert.equal(sha(written), sha(data.subarray(0, written.length)));
  assert.deepEqual(openFiles(disk), []);
});
test("SimpleFileWriter() fails when the disk is full and error is not linked: the whole Pipeline stops", async (t) => {
  if (!existsSync("/dev/full")) return t.skip("needs /dev/full");
  const system = new System();
  await assert.rejects(system.run(Pipeline(Feed(["a", "b"]), SimpleFileWriter("/dev/full"))), {
    message: /SimpleFileWriter_\d+ failed: Cannot write \/dev\/full: the disk is full \(ENOSPC\)/,
  });
  assert.deepEqual([system.live, openFiles("/dev/full")], [0, []]);
});
test("SimpleFileWriter() says what it may not write, and where there is no directory", async (t) => {
  const folder = folderFor(t);
  mkdirSync(join(folder, "directory"));
  writeFileSync(join(folder, "file"), "");
  for (const [path, code] of [
    ["directory", "EISDIR"],
    ["nowhere/a", "ENOENT"],
    ["file/a", "ENOTDIR"],
  ] as const) {
    const { error, outbox } = await drive(Append(join(folder, path)), { inbox: ["x"] });
    const { error: same } = await drive(SimpleFileWriter(join(folder, path)), { inbox: ["x"] });
    assert.deepEqual([error[0]?.code, same[0]?.code, outbox], [code, code, []]);
  }
  if (existsSync("/proc/version")) {
    const { error } = await drive(SimpleFileWriter("/proc/version"), { inbox: ["x"] });
    assert.match(error[0]?.message ?? "", /^Cannot write \/proc\/version: (permission denied|the device failed)/);
  }
  await assert.rejects(
    drive(SimpleFileWriter(join(folder, "a")), { inbox: [42 as unknown as string] }),
    /Cannot write 42: send bytes or text/,
  );
  assert.deepEqual(openFiles(folder), []);
});

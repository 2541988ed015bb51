// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, watch, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { handle, producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { Graphline, Pipeline } from "../chassis/index.ts";
import { drive, Fails, Feed } from "../testing/index.ts";
import { AtomicFileWriter } from "./AtomicFileWriter.ts";
import { folderFor, noise, openFiles, sha, tinyDisk } from "./parts.ts";
import { SimpleReader } from "./SimpleReader.ts";

test("AtomicFileWriter() replaces a file when all of it is there, and not before", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, "old");
  const writer = handle(AtomicFileWriter(file), { system: new System() });
  for (const piece of ["one ", "two"]) await writer.put(piece);
  while (readdirSync(folder).length === 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(readFileSync(file, "utf8"), "old");
  await writer.finish();
  assert.deepEqual([readFileSync(file, "utf8"), readdirSync(folder), openFiles(folder)], ["one two", ["a"], []]);
});
test("AtomicFileWriter() makes a file that is not there; nobody ever sees half of it", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  const data = noise(20_000_000);
  const seen = new Set<number>();
  const look = (): void => void (existsSync(file) && seen.add(statSync(file).size));
  const watcher = watch(folder, look);
  const blocks = Array.from({ length: 200 }, (_, i) => data.subarray(i * 100_000, (i + 1) * 100_000));
  await new System().run(Pipeline(Feed(blocks), AtomicFileWriter(file)));
  look();
  watcher.close();
  assert.deepEqual([...seen], [data.length]);
  assert.equal(sha(readFileSync(file)), sha(data));
});
test("AtomicFileWriter() leaves the old file alone when it is stopped, ended by force, or fails", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, "old");
  const { signal } = await drive(AtomicFileWriter(file), { inbox: ["new"] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(signal, [shutdownMicroprocess()]);
  await assert.rejects(
    new System().run(
      Pipeline(
        Feed(["new", "!"]),
        Fails<string>((word) => word === "!"),
        AtomicFileWriter(file),
      ),
    ),
  );
  assert.deepEqual([readFileSync(file, "utf8"), readdirSync(folder)], ["old", ["a"]]);
  const writer = handle(AtomicFileWriter(file), { system: new System() });
  await writer.put("new");
  while (readdirSync(folder).length === 1) await new Promise((resolve) => setImmediate(resolve));
  writer.component.kill();
  while (readdirSync(folder).length > 1 || openFiles(folder).length > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(readFileSync(file, "utf8"), "old");
});
test("AtomicFileWriter() leaves the old file alone when the data end with an error", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, "old");
  const graph = Graphline({
    components: { READER: SimpleReader(join(folder, "nothing")), WRITER: AtomicFileWriter(file) },
    linkages: {
      "READER.outbox": "WRITER.inbox",
      "READER.signal": "WRITER.control",
      "READER.error": "self.error",
      "WRITER.error": "self.outbox",
    },
  });
  const { outbox, error } = await drive(graph, {}, { shutdown: false });
  assert.deepEqual(
    [...outbox, ...error].map(({ message }) => message),
    [
      `Cannot replace ${file}: the data are not complete: Cannot read ${join(folder, "nothing")}: there is no such file or directory (ENOENT)`,
      `Cannot read ${join(folder, "nothing")}: there is no such file or directory (ENOENT)`,
    ],
  );
  assert.deepEqual([readFileSync(file, "utf8"), readdirSync(folder)], ["old", ["a"]]);
});
test("AtomicFileWriter() keeps the permissions of the file, and a link a link", async (t) => {
  const folder = folderFor(t);
  const [file, link] = [join(folder, "a"), join(folder, "link")];
  writeFileSync(file, "old");
  chmodSync(file, 0o640);
  symlinkSync("a", link);
  await drive(AtomicFileWriter(link, { sync: false }), { inbox: ["new"] });
  assert.deepEqual([readFileSync(file, "utf8"), statSync(file).mode & 0o777, lstatSync(link).isSymbolicLink()], ["new", 0o640, true]);
});
test("AtomicFileWriter() refuses to replace what is no file", async (t) => {
  const folder = folderFor(t);
  for (const [path, code] of [
    [folder, "EISDIR"],
    ["/dev/null", "EINVAL"],
    [join(folder, "nowhere", "a"), "ENOENT"],
  ] as const) {
    const { error } = await drive(AtomicFileWriter(path), { inbox: ["new"] });
    assert.deepEqual(
      error.map((fault) => [fault.code, fault.path]),
      [[code, path]],
    );
  }
  assert.ok(statSync("/dev/null").isCharacterDevice());
});
test("AtomicFileWriter() says when the disk is full, leaves the old file alone, and nothing else behind", async (t) => {
  const disk = tinyDisk(t, 256 * 1024);
  if (typeof disk !== "string") return t.skip(disk.missing);
  const file = join(disk, "a");
  writeFileSync(file, "old");
  const { error, signal } = await drive(AtomicFileWriter(file), { inbox: [noise(200_000), noise(200_000)] });
  assert.deepEqual(
    [error.map(({ message }) => message), signal],
    [[`Cannot replace ${file}: the disk is full (ENOSPC)`], [producerFinished()]],
  );
  assert.deepEqual([readFileSync(file, "utf8"), readdirSync(disk), openFiles(disk)], ["old", ["a"], []]);
});
test("AtomicFileWriter() leaves nothing behind, and nothing open, where permissions cannot be set", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, "old");
  const some = await open(file);
  const handles: { chmod(mode: number): Promise<void> } = Object.getPrototypeOf(some);
  await some.close();
  t.mock.method(handles, "chmod", async () => {
    throw Object.assign(new Error("EPERM: operation not permitted, fchmod"), { code: "EPERM", errno: -1 }); // as on some file systems of others
  });
  const { error } = await drive(AtomicFileWriter(file), { inbox: ["new"] });
  assert.equal(error[0]?.message, `Cannot replace ${file}: not permitted (EPERM)`);
  assert.deepEqual([readdirSync(folder), readFileSync(file, "utf8"), openFiles(folder)], [["a"], "old", []]);
});

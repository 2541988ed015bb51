// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { shutdownMicroprocess, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed } from "../testing/index.ts";
import { folderFor, noise, openFiles, sha, tinyDisk } from "./parts.ts";
import { WholeFileWriter } from "./WholeFileWriter.ts";

test("WholeFileWriter() writes each file, and sends its name when it is there", async (t) => {
  const folder = folderFor(t);
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  writeFileSync(a, "old and long");
  const { outbox } = await drive(WholeFileWriter(), {
    inbox: [
      [a, "one"],
      [b, noise(100_000)],
    ],
  });
  assert.deepEqual(
    [outbox, readFileSync(a, "utf8"), sha(readFileSync(b)), readdirSync(folder)],
    [[a, b], "one", sha(noise(100_000)), ["a", "b"]],
  );
});
test("WholeFileWriter() sends what cannot be written from error, and writes the next one", async (t) => {
  const folder = folderFor(t);
  const [a, b] = [join(folder, "nowhere", "a"), join(folder, "b")];
  const { outbox, error } = await drive(WholeFileWriter({ sync: false }), {
    inbox: [
      [a, "one"],
      [b, "two"],
      [folder, "three"],
    ],
  });
  assert.deepEqual(
    [outbox, error.map(({ code, path }) => [code, path])],
    [
      [b],
      [
        ["ENOENT", a],
        ["EISDIR", folder],
      ],
    ],
  );
  assert.match(error[0]!.message, /^Cannot write .*\/nowhere\/a: there is no such file or directory/);
});
test("WholeFileWriter() fails with what cannot be written if error is not linked", async () => {
  await assert.rejects(new System().run(Pipeline(Feed([["/nowhere/a", "one"]] as const), WholeFileWriter())), /Cannot write \/nowhere\/a/);
});
test("WholeFileWriter() says when the disk is full, and leaves the old file as it was", async (t) => {
  const disk = tinyDisk(t, 256 * 1024);
  if (typeof disk !== "string") return t.skip(disk.missing);
  const file = join(disk, "a");
  const { outbox, error } = await drive(WholeFileWriter(), {
    inbox: [
      [file, "old"],
      [file, noise(400_000)],
      [file, "new"],
    ],
  });
  assert.deepEqual([outbox, error.map(({ code }) => code)], [[file, file], ["ENOSPC"]]);
  assert.deepEqual([readFileSync(file, "utf8"), readdirSync(disk), openFiles(disk)], ["new", ["a"], []]);
});
test("WholeFileWriter() can be stopped (the original could not): what it has begun is complete, or not there at all", async (t) => {
  const folder = folderFor(t);
  const system = new System();
  const writer = system.activate(WholeFileWriter());
  for (let i = 0; i < 20; i++) writer.inboxes.inbox.deliver([join(folder, `${i}`), noise(1_000_000)]);
  while (readdirSync(folder).length === 0) await new Promise((resolve) => setImmediate(resolve));
  await system.stop();
  const names = readdirSync(folder);
  assert.deepEqual([writer.shutdown, openFiles(folder), names.filter((name) => name.startsWith("."))], [shutdownMicroprocess(), [], []]);
  assert.ok(names.length < 20);
  for (const name of names) assert.equal(readFileSync(join(folder, name)).length, 1_000_000);
});
test("WholeFileWriter() says what cannot be a name, and writes the next one", async (t) => {
  const file = join(folderFor(t), "a");
  const { outbox, error } = await drive(WholeFileWriter(), {
    inbox: [
      ["a\0b", "x"],
      [file, "y"],
    ],
  });
  assert.deepEqual([outbox, error.map(({ code }) => code)], [[file], ["EINVAL"]]);
});

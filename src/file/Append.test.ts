// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { handle, producerFinished, System } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { Append } from "./Append.ts";
import { folderFor, openFiles, tinyDisk } from "./parts.ts";

test("Append() adds to a file, and sends on what it has written", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "old ");
  const { outbox, signal } = await drive(Append(file), { inbox: ["one ", "two"] });
  assert.deepEqual([outbox, readFileSync(file, "utf8"), signal], [["one ", "two"], "old one two", [producerFinished()]]);
});
test("Append({ forwarder: false }) sends nothing on; Append({ blatFile }) empties the file first", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "old ");
  for (const holdOpen of [true, false]) {
    const { outbox } = await drive(Append(file, { forwarder: false, blatFile: true, holdOpen }), { inbox: ["one ", "two"] });
    assert.deepEqual([outbox, readFileSync(file, "utf8")], [[], "one two"]);
  }
});
test("Append({ holdOpen: false }) lets others take the file away between messages", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  const append = handle(Append<string>(file, { holdOpen: false }), { system: new System() });
  for (const word of ["one", "two", "three"]) {
    await append.put(word);
    assert.equal(await append.get(), word);
    assert.deepEqual(openFiles(folder), []);
    renameSync(file, `${file}.${word}`);
    assert.equal(readFileSync(`${file}.${word}`, "utf8"), word);
  }
  await append.finish();
});
test("Append() keeps its file open otherwise, and closes it", async (t) => {
  const folder = folderFor(t);
  const append = handle(Append<string>(join(folder, "a")), { system: new System() });
  await append.put("one");
  await append.get();
  assert.equal(openFiles(folder).length, 1);
  await append.stop();
  assert.deepEqual(openFiles(folder), []);
});
test("Append() drains on producerFinished, and is not ended by whatever comes to control (the original was)", async (t) => {
  const file = join(folderFor(t), "a");
  const system = new System();
  const append = Append<string>(file);
  const held = handle(append, { system });
  append.inboxes.control.deliver("hello" as never);
  await held.put("one");
  assert.equal(await held.get(), "one");
  await held.finish();
});
test("Append() sends on all that is in the file when the disk is full, and no more", async (t) => {
  const disk = tinyDisk(t, 64 * 1024);
  if (typeof disk !== "string") return t.skip(disk.missing);
  const inbox = Array.from({ length: 100 }, (_, i) => `${i} `.padEnd(1000));
  for (const holdOpen of [true, false]) {
    const file = join(disk, "a");
    const { outbox, error } = await drive(Append(file, { holdOpen }), { inbox });
    assert.deepEqual([error.map(({ code }) => code), openFiles(disk)], [["ENOSPC"], []]);
    assert.ok(outbox.length > 50);
    assert.deepEqual(outbox, inbox.slice(0, Math.floor(readFileSync(file).length / 1000)));
    rmSync(file);
  }
});

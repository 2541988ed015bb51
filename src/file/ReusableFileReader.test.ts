// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { JoinChooserToCarousel, Pipeline } from "../chassis/index.ts";
import { at, drive, Feed, ToList } from "../testing/index.ts";
import { Chooser } from "../util/index.ts";
import { folderFor, openFiles, text } from "./parts.ts";
import { ReusableFileReader } from "./ReusableFileReader.ts";

test("ReusableFileReader() reads from each file in turn what it is asked for, and asks for the next one at its end", async (t) => {
  const folder = folderFor(t);
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  writeFileSync(a, "0123");
  writeFileSync(b, "one\ntwo\n");
  const inputs = { next: at({ 0: a, 1000: b }), inbox: at({ 10: 3, 20: 3, 1010: 2 }) };
  const bytes = await drive(ReusableFileReader(), inputs);
  assert.deepEqual([bytes.outbox.map((piece) => text([piece])), bytes.requestNext], [["012", "3", "on"], ["NEXT"]]);
  const lines = await drive(ReusableFileReader({ readMode: "lines" }), inputs);
  assert.deepEqual([lines.outbox, openFiles(folder)], [["0123", "one\ntwo\n"], []]);
});
test("ReusableFileReader() plays what a Chooser chooses", async (t) => {
  const folder = folderFor(t);
  const files = ["a", "b", "c"].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, `${file}\n`);
  const list: string[] = [];
  const prompts = Feed(Array.from({ length: 50 }, () => 1000));
  await new System().run(Pipeline(prompts, JoinChooserToCarousel(Chooser(files), ReusableFileReader({ readMode: "lines" })), ToList(list)));
  assert.deepEqual(
    list,
    files.slice(0, list.length).map((file) => `${file}\n`),
  );
  assert.ok(list.length > 0);
});
test("ReusableFileReader() fails with a file that cannot be read", async () => {
  await assert.rejects(drive(ReusableFileReader(), { next: ["/nowhere"] }), /PromptedFileReader_\d+ failed: Cannot read \/nowhere/);
});

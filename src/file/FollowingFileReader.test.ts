// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { type Component, producerFinished, type Shutdown, shutdownMicroprocess, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, ToList, VirtualClock } from "../testing/index.ts";
import { PureTransformer } from "../util/index.ts";
import type { FileError } from "./FileError.ts";
import { FollowingFileReader } from "./FollowingFileReader.ts";
import { folderFor, openFiles, text } from "./parts.ts";

type Reader<T> = Component<{}, { outbox: T; error: FileError }>;

/** Follows a file in virtual time, while things are done one second after the other; then it is told that there is no more. */
async function story<T>(reader: Reader<T>, deeds: readonly (() => void)[], word: Shutdown = producerFinished()) {
  const clock = new VirtualClock();
  for (const [i, deed] of deeds.entries()) clock.setTimer(deed, (i + 1) * 1000 + 1);
  clock.setTimer(() => reader.stop(word), (deeds.length + 1) * 1000 + 1);
  return drive(reader, {}, { clock, shutdown: false });
}

test("FollowingFileReader() sends what is added from now on, line by line, when a line is complete", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, "old\n");
  const add = (more: string) => (): void => appendFileSync(file, more);
  const { outbox, signal } = await story(FollowingFileReader(file), [add("one\ntw"), add("o\n\nthree\nfo"), add("ur")]);
  assert.deepEqual([outbox, signal], [["one\n", "two\n", "\n", "three\n", "four"], [producerFinished()]]);
  assert.deepEqual(openFiles(folder), []);
});
test("FollowingFileReader({ from: 'start' }) sends what is there, too; as bytes if asked to", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "old\n");
  assert.deepEqual((await story(FollowingFileReader(file, { from: "start" }), [() => appendFileSync(file, "new\n")])).outbox, [
    "old\n",
    "new\n",
  ]);
  const { outbox } = await story(FollowingFileReader(file, { from: "start", readMode: "bytes" }), [() => appendFileSync(file, "!")]);
  assert.deepEqual(
    outbox.map((bytes) => text([bytes])),
    ["old\nnew\n", "!"],
  );
});
test("FollowingFileReader() reads the old file to its end when another one takes its name, then that one", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, "0\n");
  const rotate = (): void => {
    appendFileSync(file, "2\n");
    renameSync(file, `${file}.1`);
    appendFileSync(`${file}.1`, "3\nlast of the old");
    writeFileSync(file, "4\n");
  };
  const move = (): void => renameSync(file, `${file}.2`);
  const deeds = [
    () => appendFileSync(file, "1\n"),
    rotate,
    () => appendFileSync(file, "5\n"),
    move,
    () => appendFileSync(`${file}.2`, "6\n"),
    () => writeFileSync(file, "7\n"),
  ];
  const { outbox } = await story(FollowingFileReader(file), deeds);
  assert.deepEqual(outbox, ["1\n", "2\n", "3\n", "last of the old", "4\n", "5\n", "6\n", "7\n"]);
  assert.deepEqual(openFiles(folder), []);
});
test("FollowingFileReader() begins again when the file becomes shorter", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "0123456789\n");
  const copyAndTruncate = (): void => {
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  };
  const { outbox } = await story(FollowingFileReader(file, { from: "start" }), [
    () => writeFileSync(file, "new\n"),
    () => appendFileSync(file, "more"),
    copyAndTruncate,
    () => appendFileSync(file, "last\n"),
  ]);
  assert.deepEqual(outbox, ["0123456789\n", "new\n", "more", "last\n"]);
});
test("FollowingFileReader({ wait }) waits for a file that is not there yet, and reads all of it", async (t) => {
  const file = join(folderFor(t), "a");
  const { outbox, error } = await story(FollowingFileReader(file, { wait: true }), [
    () => writeFileSync(file, "one\n"),
    () => rmSync(file),
    () => writeFileSync(file, "two\n"),
  ]);
  assert.deepEqual([outbox, error], [["one\n", "two\n"], []]);
});
test("FollowingFileReader() says when there is no file; fails with it if error is not linked", async (t) => {
  const file = join(folderFor(t), "a");
  const { error, signal } = await drive(FollowingFileReader(file), {}, { shutdown: false });
  assert.deepEqual(
    [error.map(({ message }) => message), signal],
    [[`Cannot follow ${file}: there is no such file or directory (ENOENT)`], [producerFinished(error[0])]],
  );
  await assert.rejects(new System().run(Pipeline(FollowingFileReader(file), ToList<string>([]))), /Cannot follow/);
});
test("FollowingFileReader() stops at once on shutdownMicroprocess, and closes its file", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, "one\n".repeat(100_000));
  const { outbox, signal } = await story(FollowingFileReader(file), [() => appendFileSync(file, "half a line")], shutdownMicroprocess());
  assert.deepEqual([outbox, signal, openFiles(folder)], [[], [shutdownMicroprocess()], []]);
});
test("FollowingFileReader() sends every line of a file that grows and rotates at random, and nothing twice", async (t) => {
  const deed = fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 300 }) },
    { weight: 1, arbitrary: fc.constant("rotate" as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 30 }), fc.constantFrom(250, 2500), async (given, every) => {
      const folder = folderFor(t);
      const file = join(folder, "a");
      writeFileSync(file, "");
      let line = 0;
      let rotated = every === 250 ? -Infinity : Infinity; // who rotates twice between two looks is not followed
      const deeds = given.map((what) => () => {
        if (what !== "rotate") {
          for (let i = 0; i < what; i++) appendFileSync(file, `line ${line++}\n`);
        } else if (rotated < line) {
          renameSync(file, `${file}.${line}`);
          writeFileSync(file, "");
          rotated = line;
        }
      });
      const { outbox } = await story(FollowingFileReader(file, { every }), deeds);
      assert.deepEqual(
        outbox,
        Array.from({ length: line }, (_, i) => `line ${i}\n`),
      );
    }),
    { numRuns: 15 },
  );
});
test("FollowingFileReader() loses nothing to those who take slowly", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "");
  const lines = Array.from({ length: 5000 }, (_, i) => `${i}\n`);
  const list: string[] = [];
  const clock = new VirtualClock();
  const reader = FollowingFileReader(file);
  clock.setTimer(() => writeFileSync(file, lines.join("")), 600);
  clock.setTimer(() => reader.stop(producerFinished()), 2000);
  await new System({ clock }).run(Pipeline.with({ boxSize: 3 })(reader, ToList(list)));
  assert.deepEqual(list, lines);
});
test(
  "FollowingFileReader() that is told that there is no more sends what is there by then, however fast the file grows",
  { timeout: 20_000 },
  async (t) => {
    const folder = folderFor(t);
    const file = join(folder, "a");
    writeFileSync(file, "first\n");
    const reader = FollowingFileReader(file, { from: "start", readMode: "bytes" });
    const sent: number[] = [];
    const grow = PureTransformer((bytes: Uint8Array) => {
      appendFileSync(file, Buffer.alloc(200_000)); // more than what has just been read
      if (sent.push(bytes.length) === 3) reader.stop(producerFinished());
    });
    await new System().run(Pipeline.with({ boxSize: 1 })(reader, grow));
    assert.ok(sent.length < 40, `${sent.length} blocks`);
    assert.deepEqual(openFiles(folder), []);
  },
);
test("FollowingFileReader() that is told that there is no more reads also the file that has just taken the name", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "");
  const reader = FollowingFileReader(file);
  const rotate = (): void => {
    appendFileSync(file, "one\n");
    renameSync(file, `${file}.1`);
    writeFileSync(file, "two\n");
    reader.stop(producerFinished()); // before it has looked
  };
  assert.deepEqual((await story(reader, [rotate])).outbox, ["one\n", "two\n"]);
});
test("FollowingFileReader({ from: 'start' }) sends what is there also if it is told that there is no more before it begins", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "one\ntwo");
  assert.deepEqual((await drive(FollowingFileReader(file, { from: "start" }))).outbox, ["one\n", "two"]);
  assert.deepEqual((await drive(FollowingFileReader(file))).outbox, []);
  assert.deepEqual((await drive(FollowingFileReader(`${file}b`, { wait: true }))).outbox, []);
});
test("FollowingFileReader() refuses to look every 0 ms", () => {
  assert.throws(() => FollowingFileReader("a", { every: 0 }), { name: "RangeError", message: /^Cannot follow a every 0 ms/ });
  assert.throws(() => FollowingFileReader("a", { from: "middle" as "end" }), {
    name: "RangeError",
    message: 'Cannot follow a from its "middle": give "start" or "end"',
  });
});

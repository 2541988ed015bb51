// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { test, type TestContext } from "node:test";
import { producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { drive, VirtualClock } from "../testing/index.ts";
import { DirectoryWatcher, type DirectoryWatcherOptions } from "./DirectoryWatcher.ts";
import { folderFor } from "./parts.ts";

/** Watches a folder in virtual time, while things are done at certain times; "+name" was sent, "-name" is gone. */
async function story(
  folder: string,
  deeds: Readonly<Record<number, () => void>>,
  options: DirectoryWatcherOptions = {},
): Promise<string[]> {
  const clock = new VirtualClock();
  const watcher = DirectoryWatcher(folder, { settle: 1000, every: 100, ...options });
  for (const [time, deed] of Object.entries(deeds)) clock.setTimer(deed, Number(time));
  clock.setTimer(() => watcher.stop(), 20_000);
  const log: string[] = [];
  const note = (sign: string, name: string): void => void log.push(`${clock.now()} ${sign}${basename(name)}`);
  const outboxes = { outbox: "+", removed: "-" } as const;
  for (const [box, sign] of Object.entries(outboxes)) {
    const outbox = watcher.outboxes[box as "outbox"];
    const send = outbox.send.bind(outbox);
    outbox.send = (name) => {
      note(sign, name);
      send(name);
    };
  }
  const { error } = await drive(watcher, {}, { clock, shutdown: false });
  return [...log, ...error.map(({ message }) => message)];
}

test("DirectoryWatcher() sends files that are there, and new ones, when they have settled", async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, "b"), "");
  writeFileSync(join(folder, "a"), "");
  const log = await story(folder, { 2050: () => writeFileSync(join(folder, "c"), "") });
  assert.deepEqual(log, ["1000 +a", "1000 +b", "3100 +c"]);
});
test("DirectoryWatcher({ existing: false }) sends only what comes or changes later", async (t) => {
  const folder = folderFor(t);
  for (const name of ["a", "b", "c"]) writeFileSync(join(folder, name), "");
  const deeds = {
    50: () => writeFileSync(join(folder, "d"), ""),
    5050: () => appendFileSync(join(folder, "b"), "x"),
    9050: () => unlinkSync(join(folder, "a")),
  };
  assert.deepEqual(await story(folder, deeds, { existing: false }), ["1100 +d", "6100 +b"]);
});
test("DirectoryWatcher() does not send a file while it is being written to", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  const deeds = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [50 + i * 900, () => appendFileSync(file, "x")]));
  assert.deepEqual(await story(folder, deeds), ["9200 +a"]);
});
test("DirectoryWatcher() sends a file again that has changed, also if it is as long as before, or was replaced", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, "1");
  writeFileSync(join(folder, ".hidden"), "1");
  const replace = (): void => {
    writeFileSync(`${folder}.new`, "3");
    renameSync(`${folder}.new`, file);
  };
  const log = await story(folder, { 3050: () => writeFileSync(file, "2"), 6050: replace });
  assert.deepEqual(log, ["1000 +.hidden", "1000 +a", "4100 +a", "7100 +a"]);
});
test("DirectoryWatcher() tells of files that are gone, if it had told of them", async (t) => {
  const folder = folderFor(t);
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  writeFileSync(a, "1");
  const log = await story(folder, {
    2050: () => unlinkSync(a),
    3050: () => writeFileSync(b, ""),
    3550: () => unlinkSync(b),
    4050: () => writeFileSync(a, "1"),
  });
  assert.deepEqual(log, ["1000 +a", "2100 -a", "5100 +a"]);
});
test("DirectoryWatcher() follows links to files, and sends nothing else: no directories, no links that lead nowhere", async (t) => {
  const folder = folderFor(t);
  mkdirSync(join(folder, "directory"));
  writeFileSync(join(folder, "file"), "");
  symlinkSync("file", join(folder, "link"));
  symlinkSync("nothing", join(folder, "lost"));
  symlinkSync("circle", join(folder, "circle"));
  symlinkSync("directory", join(folder, "other"));
  symlinkSync("file/within", join(folder, "wrong"));
  linkSync(join(folder, "file"), join(folder, "twin"));
  assert.deepEqual(await story(folder, {}), ["1000 +file", "1000 +link", "1000 +twin"]);
});
test("DirectoryWatcher() says when its directory vanishes, and ends; what it had sent before stays sent", async (t) => {
  const folder = join(folderFor(t), "d");
  mkdirSync(folder);
  writeFileSync(join(folder, "a"), "");
  const log = await story(folder, { 3000: () => rmSync(folder, { recursive: true }) });
  assert.deepEqual(log, ["1000 +a", `Cannot watch ${folder}: there is no such file or directory (ENOENT)`]);
});
test("DirectoryWatcher() says what it cannot watch; fails with it if error is not linked", async (t: TestContext) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, "file"), "");
  const { error, signal } = await drive(DirectoryWatcher(join(folder, "file")), {}, { shutdown: false });
  assert.deepEqual([error.map(({ code }) => code), signal], [["ENOTDIR"], [producerFinished(error[0])]]);
  await assert.rejects(
    new System().run(DirectoryWatcher(join(folder, "nothing"))),
    /Cannot watch .*nothing: there is no such file or directory/,
  );
});
test("DirectoryWatcher() finds each of 3,000 files once, in order", async (t) => {
  const folder = folderFor(t);
  for (let i = 0; i < 3000; i++) writeFileSync(join(folder, `${i}`), "");
  const clock = new VirtualClock();
  const watcher = DirectoryWatcher(folder, { settle: 100, every: 100 });
  clock.setTimer(() => watcher.stop(), 1000);
  const { outbox } = await drive(watcher, {}, { clock, shutdown: false });
  assert.deepEqual(
    outbox,
    readdirSync(folder)
      .sort()
      .map((name) => join(folder, name)),
  );
});
test("DirectoryWatcher() ends on producerFinished and on shutdownMicroprocess", async (t) => {
  const folder = folderFor(t);
  assert.deepEqual((await drive(DirectoryWatcher(folder))).signal, [producerFinished()]);
  assert.deepEqual((await drive(DirectoryWatcher(folder), {}, { shutdown: "shutdownMicroprocess" })).signal, [shutdownMicroprocess()]);
});
test("DirectoryWatcher() refuses times that there cannot be", () => {
  for (const options of [{ every: 0 }, { settle: -1 }, { settle: NaN }])
    assert.throws(() => DirectoryWatcher("a", options), { name: "RangeError", message: /^Cannot watch a every/ });
});
test("DirectoryWatcher() leaves out links to where one may not go, and sends the others", async (t) => {
  const folder = folderFor(t);
  mkdirSync(join(folder, "seen"));
  mkdirSync(join(folder, "secret"));
  writeFileSync(join(folder, "secret", "a"), "");
  writeFileSync(join(folder, "seen", "b"), "");
  symlinkSync("../secret/a", join(folder, "seen", "a"));
  chmodSync(join(folder, "secret"), 0);
  const isSeen = existsSync(join(folder, "seen", "a")); // root may go everywhere
  const log = await story(join(folder, "seen"), {});
  chmodSync(join(folder, "secret"), 0o700);
  assert.deepEqual(log, [...(isSeen ? ["1000 +a"] : []), "1000 +b"]);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { component, type Component, shutdownMicroprocess, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed } from "../testing/index.ts";
import { folderFor, noise, openFiles, sha } from "./parts.ts";
import { TriggeredFileReader } from "./TriggeredFileReader.ts";

test("TriggeredFileReader() answers each name with all that is in that file, as bytes or as text", async (t) => {
  const folder = folderFor(t);
  const names = ["ä", "b", "empty"].map((name) => join(folder, name));
  writeFileSync(names[0]!, "one €");
  writeFileSync(names[1]!, noise(1_000_000));
  writeFileSync(names[2]!, "");
  const { outbox } = await drive(TriggeredFileReader(), { inbox: names });
  assert.deepEqual(
    outbox.map((bytes) => sha(bytes)),
    [sha("one €"), sha(noise(1_000_000)), sha("")],
  );
  assert.deepEqual((await drive(TriggeredFileReader({ readMode: "text" }), { inbox: [names[0]!] })).outbox, ["one €"]);
  assert.deepEqual(openFiles(folder), []);
});
test("TriggeredFileReader() sends what cannot be read from error, and reads the next one", async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, "b"), "two");
  const { outbox, error } = await drive(TriggeredFileReader({ readMode: "text" }), {
    inbox: [join(folder, "a"), join(folder, "b"), folder],
  });
  assert.deepEqual(
    [outbox, error.map(({ code, path }) => [code, path])],
    [
      ["two"],
      [
        ["ENOENT", join(folder, "a")],
        ["EISDIR", folder],
      ],
    ],
  );
});
test("TriggeredFileReader() fails with what cannot be read if error is not linked", async () => {
  await assert.rejects(new System().run(Pipeline(Feed(["/nowhere"]), TriggeredFileReader())), /Cannot read \/nowhere/);
});
test("TriggeredFileReader() lets the others go on while it reads (in the original everybody waited)", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, noise(20_000_000));
  const reader = TriggeredFileReader();
  let turns = 0;
  const Counter = (): Component<{}, {}> =>
    component(Counter, {
      *main() {
        for (; !reader.isStopped; turns++) yield;
      },
    });
  const system = new System();
  system.activate(Counter());
  await system.run(Pipeline(Feed([file]), reader));
  assert.ok(turns > 10, `${turns} turns`);
});
test("TriggeredFileReader() stops in the middle of a file, and closes it", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, noise(20_000_000));
  const system = new System();
  const reader = system.activate(TriggeredFileReader());
  reader.inboxes.inbox.deliver(file);
  while (openFiles(folder).length === 0) await new Promise((resolve) => setImmediate(resolve));
  await system.stop();
  assert.deepEqual([openFiles(folder), reader.shutdown], [[], shutdownMicroprocess()]);
});
test("TriggeredFileReader() says what is too large to be sent, or cannot be a name, and reads the next one", async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, "large"), "");
  truncateSync(join(folder, "large"), 2 ** 32); // of holes: it takes no room
  writeFileSync(join(folder, "small"), "small");
  const { outbox, error } = await drive(TriggeredFileReader(), { inbox: [join(folder, "large"), "a\0b", join(folder, "small")] });
  assert.deepEqual(
    [outbox.map(String), error.map(({ code }) => code), error.map(({ message }) => message.replace(/^.*: /, ""))],
    [["small"], ["EFBIG", "EINVAL"], ["it is too large to be sent as a whole (EFBIG)", "a name cannot contain a NUL (EINVAL)"]],
  );
});
test("TriggeredFileReader() refuses modes that there are not", () => {
  assert.throws(() => TriggeredFileReader({ readMode: "lines" as "text" }), {
    name: "RangeError",
    message: 'Cannot read whole files in "lines": give "bytes" or "text"',
  });
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { folderFor, noise, openFiles, sha, text } from "./parts.ts";
import { PromptedFileReader } from "./PromptedFileReader.ts";

const all = { shutdown: false } as const;

test("PromptedFileReader() sends as many bytes as it is asked for, the rest at the end, then ends", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "0123456789");
  const { outbox, signal } = await drive(PromptedFileReader(file), { inbox: [3, 0, 1, 100, 5] }, all);
  assert.deepEqual([outbox.map((bytes) => text([bytes])), signal], [["012", "3", "456789"], [producerFinished()]]);
});
test("PromptedFileReader({ readMode: 'lines' }) sends as many lines as it is asked for, in one text (the original sent nothing)", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "one\ntwo\nthree\nfour");
  const { outbox, signal } = await drive(PromptedFileReader(file, { readMode: "lines" }), { inbox: [1, 2, 9] }, all);
  assert.deepEqual([outbox, signal], [["one\n", "two\nthree\n", "four"], [producerFinished()]]);
});
test("PromptedFileReader() sends nothing that it is not asked for", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "0123456789");
  assert.deepEqual((await drive(PromptedFileReader(file))).outbox, []);
});
test("PromptedFileReader() hears producerFinished (the original did not): it answers what it was asked, and closes its file (the original did not)", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, "0123456789");
  const { outbox, signal } = await drive(PromptedFileReader(file), { inbox: [2, 2] });
  assert.deepEqual([text(outbox), signal, openFiles(folder)], ["0123", [producerFinished()], []]);
  const stopped = await drive(PromptedFileReader(file), { inbox: [2, 2] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([stopped.outbox, stopped.signal, openFiles(folder)], [[], [shutdownMicroprocess()], []]);
});
test("PromptedFileReader() sends the same in all, however it is asked", async (t) => {
  const file = join(folderFor(t), "a");
  const data = noise(200_000);
  writeFileSync(file, data);
  const counts = fc.array(fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 150_000 })), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(counts, async (inbox) => {
      const { outbox } = await drive(PromptedFileReader(file), { inbox: [...inbox, 1_000_000] }, all);
      assert.equal(sha(...outbox), sha(data));
      const asked = inbox.filter((count) => count > 0);
      let at = 0;
      for (const [i, bytes] of outbox.entries()) {
        assert.equal(bytes.length, Math.min(asked[i] ?? Infinity, data.length - at));
        at += bytes.length;
      }
    }),
    { numRuns: 40 },
  );
});
test("PromptedFileReader({ readMode: 'lines' }) gives 100,000 lines one by one in no time", async (t) => {
  const file = join(folderFor(t), "a");
  const lines = Array.from({ length: 100_000 }, (_, i) => `${i}\n`);
  writeFileSync(file, lines.join(""));
  const inbox = lines.map(() => 1);
  const { outbox } = await drive(PromptedFileReader(file, { readMode: "lines" }), { inbox }, { patience: 5000 });
  assert.deepEqual(outbox, lines);
});
test("PromptedFileReader() sends what cannot be read from error; fails with it if that is not linked, and when it is asked for nonsense", async (t) => {
  const { error } = await drive(PromptedFileReader("/nowhere"), { inbox: [1] }, all);
  assert.equal(error[0]?.message, "Cannot read /nowhere: there is no such file or directory (ENOENT)");
  await assert.rejects(new System().run(PromptedFileReader("/nowhere")), /ENOENT/);
  const folder = folderFor(t);
  writeFileSync(join(folder, "a"), "0123456789");
  await assert.rejects(
    drive(PromptedFileReader(join(folder, "a")), { inbox: [-1] }),
    /Cannot read -1 bytes of .*: give a whole number, 0 or more/,
  );
  assert.deepEqual(openFiles(folder), []);
});
test("PromptedFileReader({ readMode: 'lines' }) gives 2,000,000 lines at once in no time", { timeout: 20_000 }, async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "one\n".repeat(2_000_000));
  const { outbox } = await drive(PromptedFileReader(file, { readMode: "lines" }), { inbox: [1e9] });
  assert.deepEqual(
    outbox.map(({ length }) => length),
    [8_000_000],
  );
});

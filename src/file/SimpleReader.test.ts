// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { type Component, component, producerFinished, settled, shutdownMicroprocess, sleep, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, ToList } from "../testing/index.ts";
import { FileError } from "./FileError.ts";
import { folderFor, Idler, noise, openFiles, sha } from "./parts.ts";
import { SimpleReader } from "./SimpleReader.ts";

const all = { shutdown: false } as const;

test("SimpleReader() sends each line with its end, the last one as it is, and ends", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "one\n\nthree\r\nfour");
  const { outbox, signal } = await drive(SimpleReader(file), {}, all);
  assert.deepEqual([outbox, signal], [["one\n", "\n", "three\r\n", "four"], [producerFinished()]]);
});
test("SimpleReader() sends nothing of an empty file", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "");
  for (const readMode of ["lines", "bytes"] as const)
    assert.deepEqual((await drive(SimpleReader(file, { readMode: readMode as "lines" }), {}, all)).outbox, []);
});
test("SimpleReader() reads the same lines in blocks of any size: letters of several bytes, long lines, no lines", async (t) => {
  const file = join(folderFor(t), "a");
  const words = fc.array(fc.constantFrom("a", "ü", "€", "😀", "\n", "\r", "long ".repeat(20)), { maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(words, fc.integer({ min: 1, max: 64 }), async (parts, chunkSize) => {
      const text = parts.join("");
      writeFileSync(file, text);
      const { outbox } = await drive(SimpleReader(file, { chunkSize }), {}, all);
      assert.deepEqual(outbox, text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
    }),
    { numRuns: 60 },
  );
});
test("SimpleReader({ readMode: 'bytes' }) sends all bytes, whatever the size of the blocks; each has memory of its own", async (t) => {
  const file = join(folderFor(t), "a");
  const data = noise(3_000_001);
  writeFileSync(file, data);
  for (const chunkSize of [999, 4096, 65_536, 3_000_000, 3_000_001, 8_000_000]) {
    const { outbox } = await drive(SimpleReader(file, { readMode: "bytes", chunkSize }), {}, all);
    assert.deepEqual([sha(...outbox), outbox.length], [sha(data), Math.ceil(data.length / chunkSize)]);
    assert.equal(new Set(outbox.map(({ buffer }) => buffer)).size, outbox.length);
  }
});
test("SimpleReader() reads what has no length, such as /proc, to its end", async (t) => {
  if (process.platform !== "linux") return t.skip("needs /proc");
  const { outbox } = await drive(SimpleReader("/proc/self/status", { chunkSize: 16 }), {}, all);
  assert.ok(outbox.some((line) => /^Pid:\s+\d+\n$/.test(line)));
});
test("SimpleReader() reads one block ahead of those who take it, and no further", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, noise(1_000_000));
  const system = new System();
  const reader = SimpleReader(file, { readMode: "bytes", chunkSize: 1000 });
  const sink = Idler();
  sink.setInboxSize("inbox", 4);
  reader.link(reader.outboxes.outbox, sink.inboxes.inbox);
  system.activate(sink);
  const held = new Promise<void>((resolve) => system.observe(({ type }) => type === "held" && resolve()));
  system.activate(reader);
  await held;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(sink.inboxes.inbox.length, 5);
  await system.stop();
  assert.deepEqual(openFiles(folder), []);
});
test("SimpleReader() is as slow as who takes what it sends, and loses nothing", async (t) => {
  const file = join(folderFor(t), "a");
  const lines = Array.from({ length: 20_000 }, (_, i) => `${i}\n`);
  writeFileSync(file, lines.join(""));
  const list: string[] = [];
  await new System().run(Pipeline.with({ boxSize: 3 })(SimpleReader(file), ToList(list)));
  assert.deepEqual(list, lines);
});
test("SimpleReader() sends what cannot be read from error, ends, and says so with its last word", async (t) => {
  const folder = folderFor(t);
  mkdirSync(join(folder, "directory"));
  for (const [path, code] of [
    ["nothing", "ENOENT"],
    ["directory", "EISDIR"],
  ] as const) {
    const { error, outbox, signal } = await drive(SimpleReader(join(folder, path)), {}, all);
    assert.deepEqual([outbox, error.map((fault) => fault.code), signal], [[], [code], [producerFinished(error[0])]]);
    assert.ok(error[0] instanceof FileError);
  }
  assert.deepEqual(openFiles(folder), []);
});
test("SimpleReader() fails with what cannot be read if error is not linked", async () => {
  await assert.rejects(new System().run(Pipeline(SimpleReader("/nowhere"), ToList<string>([]))), {
    message: /SimpleReader_\d+ failed: Cannot read \/nowhere: there is no such file or directory \(ENOENT\)/,
  });
});
test("SimpleReader() closes its file (the original did not) at its end, when it is stopped, and when it is ended by force, at any moment", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "a");
  writeFileSync(file, noise(1_000_000));
  await drive(SimpleReader(file), {}, all);
  assert.deepEqual(openFiles(folder), []);
  for (const readMode of ["lines", "bytes"] as const) {
    const { signal } = await drive(SimpleReader(file, { readMode: readMode as "lines" }), {}, { shutdown: "shutdownMicroprocess" });
    assert.deepEqual([signal, openFiles(folder)], [[shutdownMicroprocess()], []]);
  }
  for (let turns = 0; turns < 6; turns++) {
    const system = new System();
    const reader = system.activate(SimpleReader(file, { chunkSize: 1000 }));
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
    reader.kill();
    while (openFiles(folder).length > 0) await new Promise((resolve) => setImmediate(resolve)); // it is not waited for
  }
});
test("SimpleReader() refuses blocks that there cannot be, and modes", () => {
  for (const chunkSize of [0, -1, 1.5, NaN, 2 ** 40])
    assert.throws(() => SimpleReader("a", { chunkSize }), { name: "RangeError", message: /^Cannot read a in blocks of/ });
  assert.throws(() => SimpleReader("a", { readMode: "words" as "lines" }), {
    message: 'Cannot read a in "words": give "bytes" or "lines"',
  });
});
test("SimpleReader() sends all of the text, a byte order mark, too, so that what is written again is the same", async (t) => {
  const file = join(folderFor(t), "a");
  writeFileSync(file, "\ufeffone\n\ufefftwo\n");
  assert.deepEqual((await drive(SimpleReader(file), {}, all)).outbox, ["\ufeffone\n", "\ufefftwo\n"]);
});
/** Takes a line, has the next ones wait until something has happened, and then takes them one by one, slowly. */
function Slow(happened: Promise<unknown>, begin: () => void): Component<{ inbox: string }, {}> {
  return component(Slow, {
    inboxes: { inbox: "lines" },
    *main({ inbox }) {
      while (yield inbox) {
        inbox.recv();
        begin();
        yield* settled(happened);
        yield sleep(5);
      }
    },
  });
}

test("SimpleReader() that cannot read on while nobody takes its lines says so when it is its turn, and harms nobody else", async (t) => {
  if (!existsSync("/proc/self/smaps")) return t.skip("needs /proc");
  const lost: unknown[] = [];
  const note = (error: unknown): void => void lost.push(error);
  process.on("unhandledRejection", note);
  const program = spawn("sleep", ["100"]); // what /proc says of it cannot be read any more when it is over
  try {
    const reader = SimpleReader(`/proc/${program.pid}/smaps`, { chunkSize: 400 });
    const over = once(program, "exit");
    const lines = new System().run(
      Pipeline.with({ boxSize: 1 })(
        reader,
        Slow(over, () => program.kill("SIGKILL")),
      ),
    );
    await assert.rejects(lines, /Cannot read .*smaps: .*ESRCH/);
    assert.deepEqual(lost, []);
  } finally {
    program.kill("SIGKILL");
    process.off("unhandledRejection", note);
  }
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type AnyComponent, component, type Component, type Inbox, type Main, System } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { Append } from "./Append.ts";
import { AtomicFileWriter } from "./AtomicFileWriter.ts";
import { FollowingFileReader } from "./FollowingFileReader.ts";
import { completed, opened } from "./opened.ts";
import { folderFor, noise, openFiles } from "./parts.ts";
import { PromptedFileReader } from "./PromptedFileReader.ts";
import { RotatingFileWriter } from "./RotatingFileWriter.ts";
import { SimpleFileWriter } from "./SimpleFileWriter.ts";
import { SimpleReader } from "./SimpleReader.ts";
import { TriggeredFileReader } from "./TriggeredFileReader.ts";
import { WholeFileWriter } from "./WholeFileWriter.ts";

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Everything that opens files in a folder, with what to give it. */
function everything(folder: string): (readonly [make: () => AnyComponent, messages: readonly unknown[]])[] {
  const source = join(folder, "source");
  const target = join(folder, "target");
  writeFileSync(source, noise(400_000));
  const data = Array.from({ length: 50 }, () => noise(10_000));
  return [
    [() => SimpleReader(source, { chunkSize: 5000 }), []],
    [() => SimpleReader(source, { readMode: "bytes", chunkSize: 5000 }), []],
    [() => PromptedFileReader(source), Array.from({ length: 50 }, () => 5000)],
    [() => PromptedFileReader(source, { readMode: "lines" }), Array.from({ length: 50 }, () => 3)],
    [() => TriggeredFileReader(), [source, source, source]],
    [() => FollowingFileReader(source, { from: "start", every: 1 }), []],
    [() => SimpleFileWriter(target), data],
    [() => Append(target), data],
    [() => Append(target, { holdOpen: false }), data],
    [() => AtomicFileWriter(target), data],
    [() => RotatingFileWriter(target, { size: 30_000, keep: 2 }), data],
    [() => WholeFileWriter(), data.map((bytes, i) => [join(folder, `whole${i % 3}`), bytes])],
  ];
}

/** Runs a component for a while. */
async function begin(make: () => AnyComponent, messages: readonly unknown[], ticks: number) {
  const system = new System();
  const one = system.activate(make());
  for (const message of messages) (one.inboxes["inbox"] as Inbox).deliver(message);
  for (let i = 0; i < ticks; i++) await tick();
  return { system, one };
}

test("opened(): files are closed when their component has been stopped, at whatever moment", async (t) => {
  const folder = folderFor(t);
  for (const [make, messages] of everything(folder)) {
    for (let ticks = 0; ticks < 12; ticks++) {
      const { system, one } = await begin(make, messages, ticks);
      await system.stop();
      assert.deepEqual([openFiles(folder), one.failure], [[], undefined], `${one.name} after ${ticks}`);
    }
  }
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith(".")),
    [],
    "nothing half-written stays",
  );
});
test("opened(): files are closed soon after their component was ended by force, at whatever moment", async (t) => {
  const folder = folderFor(t);
  for (const [make, messages] of everything(folder)) {
    for (let ticks = 0; ticks < 12; ticks++) {
      const { one } = await begin(make, messages, ticks);
      one.kill();
      assert.ok(one.isStopped);
      let closed = 0; // one may just be being opened
      for (let i = 0; i < 10_000 && closed < 50; i++) {
        closed = openFiles(folder).length === 0 ? closed + 1 : 0;
        await tick();
      }
      assert.equal(closed, 50, `${one.name} after ${ticks} leaves ${openFiles(folder).join(" ")}`);
    }
  }
});
test("opened(): files are closed when the work on them fails, and when there is no file", async (t) => {
  const folder = folderFor(t);
  const Worker = (path: string, work: () => Main): Component<{}, {}> =>
    component(Worker, {
      *main() {
        yield* opened(open(path), work);
      },
    });
  writeFileSync(join(folder, "a"), "");
  const fault = new Error("a fault");
  const fails = function* (): Main {
    yield;
    throw fault;
  };
  await assert.rejects(drive(Worker(join(folder, "a"), fails)), { cause: fault });
  await assert.rejects(drive(Worker(join(folder, "b"), fails)), /ENOENT/);
  assert.deepEqual(openFiles(folder), []);
});
test("completed() waits for what has begun, though the component is told to stop", async (t) => {
  const folder = folderFor(t);
  mkdirSync(join(folder, "d"));
  let isDone = false;
  const work = async (): Promise<string> => {
    for (let i = 0; i < 20; i++) await tick();
    appendFileSync(join(folder, "d", "a"), "x");
    isDone = true;
    return "result";
  };
  let result = "";
  const Worker = (): Component<{}, {}> =>
    component(Worker, {
      *main() {
        result = yield* completed(work());
      },
    });
  await drive(Worker(), {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([isDone, result], [true, "result"]);
  const Fails = (): Component<{}, {}> =>
    component(Fails, {
      *main() {
        yield* completed(Promise.reject(new Error("a fault")));
      },
    });
  await assert.rejects(drive(Fails(), {}, { shutdown: "shutdownMicroprocess" }), /a fault/);
});

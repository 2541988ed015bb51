// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Plan } from "./plans.ts";
import type sample from "./parts.ts";
import type { Parameters } from "./parts.ts";
import { runExperiment } from "./runExperiment.ts";

const MODULE = new URL("./parts.ts", import.meta.url);
const plan: Plan<Parameters> = { grid: { mean: [1, 2, 3], what: ["measure", "sometimes throw", "leave out"] }, repetitions: 4, seed: 5 };

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kamaelia-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test("runExperiment() gives the same results, to the byte, on one thread and on three", async () => {
  const one = await runExperiment<typeof sample>(MODULE, { ...plan, threads: 1, progress: false });
  const three = await runExperiment<typeof sample>(MODULE, { ...plan, threads: 3, progress: false });
  assert.equal(three.toCSV(), one.toCSV());
  assert.equal(three.runsToCSV(), one.runsToCSV());
  assert.deepEqual([one.complete, one.points.length, one.runs.length + one.failures.length], [true, 9, 36]);
  assert.ok(
    one.failures.length > 0 &&
      one.failures.every(({ seed, error, stack }) => seed % 3 === 0 && error === "Error: three is too many" && stack.includes("parts.ts")),
  );
  for (const { parameters, measures } of one.points) assert.ok(Math.abs(measures.x.mean - parameters.mean) < 0.5);
  const other = await runExperiment<typeof sample>(MODULE, { ...plan, seed: 6, progress: false });
  assert.notEqual(other.toCSV(), one.toCSV());
});

test("runExperiment() takes what a journal knows, also if the process has ended in the middle of a line", async (t) => {
  const journal = join(await folderFor(t), "runs.jsonl");
  let runs = 0;
  const count = ({ n }: { n: number }, seed: number) => ({ n, seed, runs: ++runs });
  const points = { grid: { n: [1, 2] }, repetitions: 3, journal, progress: false } as const;
  const first = await runExperiment(count, points);
  assert.equal(runs, 6);
  assert.equal((await runExperiment(count, points)).runsToCSV(), first.runsToCSV());
  assert.equal(runs, 6);
  await appendFile(journal, '{"parameters":{"n":3},"repetit');
  const more = await runExperiment(count, { ...points, grid: { n: [1, 2, 3] } });
  assert.deepEqual([runs, more.runs.length, (await readFile(journal, "utf8")).trim().split("\n").length], [9, 9, 9]);
  await runExperiment(count, { ...points, seed: 2 });
  assert.equal(runs, 15);
  await writeFile(journal, "shopping list\n");
  await assert.rejects(runExperiment(count, points), /SyntaxError: Cannot go on with .*runs\.jsonl: line 1 is no run; name another file/);
});

test("runExperiment() makes the folder of its journal, and says before it has run anything that it cannot write it", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "kamaelia-"));
  t.after(() => rm(folder, { recursive: true }));
  let runs = 0;
  const count = (): { runs: number } => ({ runs: ++runs });
  const journal = join(folder, "deep", "runs.jsonl");
  await runExperiment(count, { points: [{}], repetitions: 1, journal, progress: false });
  assert.equal((await readFile(journal, "utf8")).trim().split("\n").length, 1);
  await assert.rejects(runExperiment(count, { points: [{}], journal: join(journal, "below"), progress: false }), {
    name: "FileError",
    message: `Cannot use ${join(journal, "below")}: a part of the path is no folder (EEXIST); choose another`,
  });
  assert.equal(runs, 1);
});

test("runExperiment() refuses a confidence that there cannot be before it has run anything", async () => {
  let runs = 0;
  const count = (): { runs: number } => ({ runs: ++runs });
  await assert.rejects(runExperiment(count, { points: [{}], confidence: 95, progress: false }), /RangeError: Cannot be sure to 95/);
  assert.equal(runs, 0);
});

test("runExperiment() does failed runs again when it goes on", async (t) => {
  const journal = join(await folderFor(t), "runs.jsonl");
  let broken = true;
  const fragile = ({ n }: { n: number }) => {
    if (broken && n === 2) throw new Error("broken");
    return { n };
  };
  const points = { grid: { n: [1, 2] }, repetitions: 2, journal, progress: false } as const;
  const before = await runExperiment(fragile, points);
  broken = false;
  const after = await runExperiment(fragile, points);
  assert.deepEqual([before.runs.length, before.failures.length, after.runs.length, after.failures.length], [2, 2, 4, 0]);
});

test("runExperiment() keeps what is done when its signal aborts", async () => {
  const controller = new AbortController();
  const slow = async ({ n }: { n: number }) => {
    if (n === 3) controller.abort();
    await new Promise((resolve) => setTimeout(resolve, n === 3 ? 100_000 : 1).unref());
    return { n };
  };
  const results = await runExperiment(slow, { grid: { n: [1, 2, 3, 4] }, repetitions: 1, signal: controller.signal, progress: false });
  assert.deepEqual([results.complete, results.runs.length], [false, 2]);
  const none = await runExperiment(slow, { grid: { n: [1] }, signal: controller.signal, progress: false });
  assert.deepEqual([none.complete, none.points.length], [false, 0]);
});

const PROGRAM = `
import { runExperiment } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
const points = [{ mean: 1 }, { mean: 2 }, { mean: 3, what: "hang" }, { mean: 4, what: "hang" }];
const results = await runExperiment(new URL(${JSON.stringify(MODULE.href)}), { points, repetitions: 1, threads: 2 });
console.log(results.complete, results.runs.length);
`;

test("runExperiment() keeps what is done at Ctrl-C, also when its threads compute without end", async (t) => {
  const path = join(await folderFor(t), "program.mts");
  const journal = join(path, "..", "runs.jsonl");
  await writeFile(path, PROGRAM.replace("threads: 2", `threads: 2, journal: ${JSON.stringify(journal)}`));
  const child = spawn(process.execPath, [path], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const done = async (): Promise<number> => (await readFile(journal, "utf8").catch(() => "")).split("\n").length - 1;
  while ((await done()) < 2 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGINT");
  const [code] = await once(child, "close");
  assert.deepEqual([out, code], ["false 2\n", 0]);
  assert.equal(err, "4 runs, on 2 threads\nStopped after 2 of 4 runs\n");
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { drive, VirtualClock } from "../testing/index.ts";
import { keyOf, type Outcome, type Plan } from "./plans.ts";
import type sample from "./parts.ts";
import type { Parameters } from "./parts.ts";
import { runExperiment } from "./runExperiment.ts";
import { Trials, type TrialsOptions } from "./Trials.ts";

const MODULE = new URL("./parts.ts", import.meta.url);

/** What became of all runs, by what they were. */
async function all(plan: Plan<Parameters> & TrialsOptions): Promise<Map<string, Outcome>> {
  const { outbox } = await drive(Trials<typeof sample>(MODULE, plan), {}, { shutdown: false });
  return new Map(outbox.map((outcome) => [keyOf(outcome), outcome]));
}

/** How each ended, in the order of the plan. */
async function ends(plan: Plan<Parameters> & TrialsOptions): Promise<string[]> {
  const { outbox } = await drive(Trials<typeof sample>(MODULE, { threads: 1, ...plan }), {}, { shutdown: false });
  return outbox.map((outcome) => ("error" in outcome ? outcome.error : "ok"));
}

test("Trials() sends the same outcomes from one thread and from four, whoever is first", async () => {
  const plan: Plan<Parameters> = {
    grid: { mean: [1, 2, 3], work: [0, 200_000], what: ["measure", "sometimes throw"] },
    repetitions: 5,
    seed: 3,
  };
  const one = await all({ ...plan, threads: 1 });
  const four = await all({ ...plan, threads: 4 });
  assert.equal(one.size, 60);
  for (const [key, outcome] of one) {
    const other = four.get(key)!;
    if ("error" in outcome) assert.equal("error" in other && other.error, outcome.error);
    else assert.deepEqual(other, outcome);
  }
});

test("Trials() runs a function on this thread, in the order of the plan", async () => {
  const double = ({ n }: { n: number }, seed: number) => ({ double: 2 * n, seed });
  const trials = [1, 2, 3].map((n) => ({ parameters: { n }, repetition: 0, seed: n + 40 }));
  const { outbox } = await drive(Trials(double, { trials }), {}, { shutdown: false });
  assert.deepEqual(
    outbox,
    trials.map((trial) => ({ ...trial, measures: { double: 2 * trial.parameters.n, seed: trial.seed } })),
  );
});

test("Trials() loses nothing but the run that throws, exits, fails later, or returns nothing", async () => {
  const what = ["measure", "throw", "measure", "exit", "measure", "throw later", "return nothing"] as const;
  const points = what.map((one, i): Parameters => ({ mean: i, what: one }));
  assert.deepEqual(await ends({ points, repetitions: 1 }), [
    "ok",
    "RangeError: Cannot do it with 1",
    "ok",
    "Error: its thread exited with code 7 before its function had returned",
    "ok",
    "Error: nobody catches this",
    "TypeError: Cannot use undefined as measures: return an object of numbers",
  ]);
  const none = await drive(Trials(new URL("./plans.ts", import.meta.url), { points: [{}], repetitions: 1 }), {}, { shutdown: false });
  assert.match(JSON.stringify(none.outbox), /Cannot run what is no function: export the experiment as default/);
});

test("Trials() refuses a module that is not there, before it runs anything", async () => {
  const nowhere = new URL("./nowhere.ts", import.meta.url);
  const name = "FileError";
  const message =
    /^Cannot run .*nowhere\.ts: there is no such module \(ENOENT\); give the URL of one: new URL\("\.\/x\.experiment\.ts", import\.meta\.url\)$/;
  assert.throws(() => Trials(nowhere, { points: [{}], repetitions: 1 }), { name, message, code: "ENOENT" });
  await assert.rejects(runExperiment(nowhere, { points: [{}], progress: false }), { name, message });
});

test("Trials() ends a run that takes too long, by the clock, and goes on with the next", async () => {
  const hang: Parameters = { mean: 1, what: "hang" };
  const clock = new VirtualClock({ auto: false });
  const trials = Trials<typeof sample>(MODULE, { points: [hang, { mean: 2 }], repetitions: 1, threads: 1, timeout: 3000 });
  const driven = drive(trials, {}, { clock, shutdown: false });
  while (clock.coming === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  clock.advance(3000);
  const { outbox } = await driven;
  assert.deepEqual(
    outbox.map((outcome) => ("error" in outcome ? outcome.error : "ok")),
    ["Error: Cannot wait any longer: 3000 ms are over", "ok"],
  );
});

test("Trials() finds the module in a build, where it is JavaScript", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "kamaelia-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "one.experiment.mjs"), "export default () => ({ x: 1 });");
  const module = pathToFileURL(join(folder, "one.experiment.mts"));
  const { outbox } = await drive(Trials(module, { points: [{}], repetitions: 1 }), {}, { shutdown: false });
  assert.deepEqual(
    outbox.map((outcome) => "measures" in outcome && outcome.measures),
    [{ x: 1 }],
  );
});

test("Trials() refuses measures that are no numbers, and what cannot be run", async () => {
  const bad = () => ({ x: NaN });
  const { outbox } = await drive(Trials(bad, { points: [{}], repetitions: 1 }), {}, { shutdown: false });
  assert.match(JSON.stringify(outbox), /Cannot use the measure x: it is NaN; return a number, or leave it out/);
  assert.throws(() => Trials(bad, { points: [{}], threads: 0 }), /RangeError: Cannot run on 0 threads/);
  assert.throws(() => Trials(bad, { points: [{}], timeout: 0 }), /RangeError: Cannot run within 0 ms/);
  assert.throws(() => Trials(bad, {}), /RangeError: Cannot run an experiment without points/);
});

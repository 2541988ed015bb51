// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../testing/index.ts";
import { Progress } from "./progress.ts";
import type { Outcome } from "./plans.ts";

const run = (seed: number): Outcome => ({ parameters: { loss: 0.1 }, repetition: 0, seed, measures: {} });
const failure = (seed: number): Outcome => ({ parameters: { loss: 0.1 }, repetition: 0, seed, error: "Error: too bad", stack: "" });

/** Progress on a terminal, or elsewhere, in virtual time; and what it has written. */
function watch(total: number, { known = 0, ...screen }: { readonly known?: number; readonly isTTY?: boolean; readonly columns?: number }) {
  const clock = new VirtualClock({ auto: false });
  const written: string[] = [];
  const progress = new Progress({ ...screen, write: (text) => written.push(text) }, clock, { total, known, threads: 2 });
  return { clock, progress, take: () => written.splice(0).join("") };
}

test("Progress() is one line on a terminal, with the time that is left", () => {
  const { clock, progress, take } = watch(40, { isTTY: true, columns: 80 });
  assert.equal(take(), `\r${" ".repeat(24)}▏ 0 of 40 runs\x1b[K`);
  for (let i = 0; i < 10; i++) progress.add(run(i));
  assert.equal(take(), ""); // not for each
  clock.advance(10_000);
  assert.ok(take().endsWith(`\r██████${" ".repeat(18)}▏ 10 of 40 runs, 30 s left\x1b[K`));
  progress.add(failure(1));
  clock.advance(200);
  assert.ok(take().endsWith("▏ 11 of 40 runs, 1 failed, 27 s left\x1b[K"));
  for (let i = 0; i < 29; i++) progress.add(run(i));
  progress.end();
  assert.equal(take(), '\r\x1b[K40 runs in 10 s\n1 run failed:\n  {"loss":0.1}, seed 1: Error: too bad\n');
  clock.advance(1000);
  assert.equal(take(), "");
});

test("Progress() is a line now and then elsewhere", () => {
  const { clock, progress, take } = watch(1000, { known: 100 });
  assert.equal(take(), "1000 runs, 100 of them known already, on 2 threads\n");
  for (let i = 0; i < 450; i++) {
    clock.advance(100);
    progress.add(run(i));
  }
  assert.deepEqual(take().split("\n").slice(0, 2), ["200 of 1000 runs, 1:20 min left", "300 of 1000 runs, 1:10 min left"]);
  for (let i = 0; i < 7; i++) progress.add(failure(i));
  progress.end();
  const end = take();
  assert.match(end, /^Stopped after 557 of 1000 runs\n7 runs failed:\n/);
  assert.equal(end.split("\n").length, 1 + 1 + 5 + 1 + 1);
  assert.match(end, / {2}and 2 more\n$/);
});

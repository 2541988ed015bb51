// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Work } from "./catalogue.ts";
import { judge, median, type Summary, summarise, undisturbed } from "./statistics.ts";

const work: Work = { name: "w", title: "", better: "more", digits: 1, rows: [], requirements: [] };
const less: Work = { ...work, better: "less" };
const measured = (value: number): Summary => ({ median: value, min: value, max: value, values: [value] });

test("median() takes the middle one, or the mean of the two in the middle", () => {
  assert.equal(median([10, 1, 2]), 2);
  assert.equal(median([10, 1, 2, 3]), 2.5);
  assert.throws(() => median([]), { name: "RangeError", message: "Cannot find the median of nothing" });
});

test("undisturbed() counts CPU time: half of a core does half of the work, in twice the time", () => {
  const half = { work: "w", row: "r", unit: "u", value: 10, cpu: 0.5 };
  assert.equal(undisturbed(half, work), 20);
  assert.equal(undisturbed(half, less), 5);
  assert.equal(undisturbed(half, { ...work, time: "wall" }), 10);
});

test("summarise() gives the median of the rounds, their spread, the least share of a core, and medians of what else was measured", () => {
  const row = { work: "w", row: "r", unit: "u" };
  const rounds = [
    { ...row, value: 3, cpu: 1, also: { ms: 1 } },
    { ...row, value: 1, cpu: 0.5, also: { ms: 5 } },
    { ...row, value: 4, cpu: 1, also: { ms: 2 } },
  ];
  assert.deepEqual(summarise(rounds, work), { median: 3, min: 2, max: 4, values: [3, 2, 4], leastCpu: 0.5, also: { ms: 2 } });
});

test("judge() compares with the best of the rows that were measured", () => {
  const summaries = new Map([
    ["ours", measured(30)],
    ["a", measured(5)],
    ["b", measured(10)],
  ]);
  assert.deepEqual(judge({ row: "ours", over: ["a", "b", "missing"], atLeast: 3 }, work, summaries), {
    text: "ours : b",
    verdict: "met",
    measured: 3,
    atLeast: 3,
  });
  assert.equal(judge({ row: "ours", over: ["a", "b"], atLeast: 3.1 }, work, summaries).verdict, "MISSED");
});

test("judge() turns the ratio round where less is better", () => {
  const summaries = new Map([
    ["ours", measured(5)],
    ["a", measured(10)],
    ["b", measured(20)],
  ]);
  assert.equal(judge({ row: "ours", over: ["a", "b"], atLeast: 2 }, less, summaries).measured, 2);
});

test("judge() holds a value against its limit when there is nothing to compare with", () => {
  const summaries = new Map([["ours", measured(1100)]]);
  assert.equal(judge({ row: "ours", atMost: 1200, goal: 1000 }, less, summaries).verdict, "met");
  assert.equal(judge({ row: "ours", atMost: 1000 }, less, summaries).verdict, "MISSED");
  assert.throws(() => judge({ row: "ours", over: ["other"], atMost: 1.3 }, less, summaries), RangeError);
});

test("judge() holds what stands beside the value against its limit", () => {
  const summaries = new Map([["ours", { ...measured(1), also: { "MiB more": 30 } }]]);
  const requirement = { row: "ours", of: "MiB more", atMost: 40 };
  assert.deepEqual(judge(requirement, work, summaries), { text: "ours, MiB more", verdict: "met", measured: 30, atMost: 40 });
  assert.equal(judge({ ...requirement, atMost: 20 }, work, summaries).verdict, "MISSED");
  assert.equal(judge({ ...requirement, of: "something else" }, work, summaries).verdict, "not measured");
  assert.throws(() => judge({ row: "ours", of: "MiB more", over: ["other"], atLeast: 1 }, work, summaries), RangeError);
});

test("judge() says when something was not measured", () => {
  const summaries = new Map([["ours", measured(1)]]);
  assert.deepEqual(judge({ row: "ours", over: ["a", "b"], atLeast: 3 }, work, summaries), {
    text: "ours : a or b",
    verdict: "not measured",
    atLeast: 3,
  });
  assert.equal(judge({ row: "gone", atMost: 3 }, work, summaries).verdict, "not measured");
});

test("judge() does not blame a row that waits for what passes while somebody else has its core", () => {
  const late: Summary = { ...measured(30), leastCpu: 0.6 };
  const inTime: Summary = { ...measured(10), leastCpu: 0.6 };
  const waits: Work = { ...less, time: "wall" };
  assert.equal(judge({ row: "ours", atMost: 20 }, waits, new Map([["ours", late]])).verdict, "unclear");
  assert.equal(judge({ row: "ours", atMost: 20 }, waits, new Map([["ours", inTime]])).verdict, "met");
  assert.equal(judge({ row: "ours", atMost: 20 }, less, new Map([["ours", late]])).verdict, "MISSED");
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Outcome } from "./plans.ts";
import { Results } from "./Results.ts";

interface Where {
  readonly loss: number;
  readonly queue: string;
}
type What = { readonly rate: number; readonly delay?: number };

/** Three runs at each of four points; one of them has failed. */
function outcomes(): Outcome<Where, What>[] {
  return ["tail", "codel"].flatMap((queue) =>
    [0.2, 0.1].flatMap((loss) =>
      [0, 1, 2].map((repetition): Outcome<Where, What> => {
        const trial = { parameters: { loss, queue }, repetition, seed: 100 + repetition };
        if (queue === "codel" && loss === 0.1 && repetition === 1) return { ...trial, error: 'Error: "why", you ask', stack: "there" };
        return { ...trial, measures: { rate: 10 * loss + repetition, ...(queue === "tail" && { delay: 7 }) } };
      }),
    ),
  );
}

const results = new Results(outcomes(), { complete: true });

test("Results() has a point for each, with what its runs say together", () => {
  assert.deepEqual(
    results.points.map(({ parameters, runs, measures }) => [
      parameters.queue,
      parameters.loss,
      runs.length,
      measures.rate.mean,
      measures.delay.count,
    ]),
    [
      ["tail", 0.2, 3, 3, 3],
      ["tail", 0.1, 3, 2, 3],
      ["codel", 0.2, 3, 3, 0],
      ["codel", 0.1, 2, 2, 0],
    ],
  );
  assert.equal(results.points[0]!.measures.rate.high.toFixed(4), (3 + 4.302653 / Math.sqrt(3)).toFixed(4));
  assert.deepEqual([results.runs.length, results.failures.length], [11, 1]);
});

test("Results().series() gives a measure against a parameter, by another one, in the order of x", () => {
  const series = results.series({ x: "loss", y: "rate", by: "queue" });
  assert.deepEqual(
    series.map(({ name, points }) => [name, points.map(({ x, y }) => [x, y])]),
    [
      [
        "tail",
        [
          [0.1, 2],
          [0.2, 3],
        ],
      ],
      [
        "codel",
        [
          [0.1, 2],
          [0.2, 3],
        ],
      ],
    ],
  );
  const { y, low, high } = series[1]!.points[0]!;
  assert.ok(low! < y && y < high!);
  assert.equal(results.series({ x: ({ loss }) => loss * 100, y: "rate", by: ({ queue }) => `${queue}!` })[0]!.name, "tail!");
  assert.equal(results.series({ x: "loss", y: "rate" }).length, 1);
  assert.deepEqual(results.series({ x: "loss", y: "delay", by: "queue" })[1]!.points, []); // nobody measured it there
});

test("Results().difference() compares run by run", () => {
  const { mean, deviation, count } = results.difference("rate", { queue: "tail", loss: 0.2 }, { loss: 0.1, queue: "codel" });
  assert.deepEqual([mean, deviation, count], [1, 0, 2]); // not the second run, which failed at one of them
  assert.throws(
    () => results.difference("rate", { queue: "red", loss: 0.2 }, { loss: 0.1, queue: "codel" }),
    /RangeError: Cannot find the point/,
  );
  assert.throws(
    () => results.difference("delay", { queue: "tail", loss: 0.2 }, { loss: 0.1, queue: "codel" }),
    /RangeError: Cannot compare delay at .*: no runs belong together/,
  );
});

test("Results().toCSV() and runsToCSV() are CSV as RFC 4180 has it", () => {
  const few = new Results(outcomes().slice(-3), { complete: true });
  assert.equal(
    few.toCSV(),
    `loss,queue,runs,failures,rate,rate deviation,rate low,rate high\r\n0.1,codel,2,1,2,${Math.SQRT2},${few.points[0]!.measures.rate.low},${few.points[0]!.measures.rate.high}\r\n`,
  );
  assert.equal(
    few.runsToCSV(),
    'loss,queue,repetition,seed,rate,error\r\n0.1,codel,0,100,1,\r\n0.1,codel,2,102,3,\r\n0.1,codel,1,101,,"Error: ""why"", you ask"\r\n',
  );
  const odd = new Results([{ parameters: { loss: { gemodel: [0.1, 0.2] } }, repetition: 0, seed: 1, measures: { x: 1 } }], {
    complete: true,
  });
  assert.match(odd.toCSV(), /^loss,runs.*\r\n"{""gemodel"":\[0.1,0.2\]}",1,0,1,,,\r\n$/);
});

test("Results().write() writes both tables, and all of it as JSON", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "kamaelia-"));
  t.after(() => rm(folder, { recursive: true }));
  await results.write(join(folder, "deep", "loss"));
  const json = JSON.parse(await readFile(join(folder, "deep", "loss.json"), "utf8"));
  assert.deepEqual([json.complete, json.points.length, json.runs.length, json.failures[0].error], [true, 4, 11, 'Error: "why", you ask']);
  assert.equal(json.points[2].measures.delay.mean, null);
  assert.equal(await readFile(join(folder, "deep", "loss.csv"), "utf8"), results.toCSV());
  assert.equal(await readFile(join(folder, "deep", "loss.runs.csv"), "utf8"), results.runsToCSV());
  const below = join(folder, "deep", "loss.csv", "below");
  await assert.rejects(results.write(below), {
    name: "FileError",
    message: `Cannot write ${below}.csv: a part of the path is no folder (EEXIST); choose another`,
  });
});

test("Results() of nothing but failures, and of nothing, are still results", () => {
  const failed = new Results(
    outcomes().filter((one) => "error" in one),
    { complete: false },
  );
  assert.deepEqual(failed.series({ x: "loss", y: "rate" })[0]!.points, []);
  assert.equal(failed.toCSV(), "loss,queue,runs,failures\r\n0.1,codel,0,1\r\n");
  assert.deepEqual(new Results([], { complete: false }).points, []);
});

// SPDX-License-Identifier: Apache-2.0
// Measures, and says how we compare: `npm run bench -- [work …] [--rounds n] [--quick]`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inOneLine } from "../apps/lib/commandLine.ts";
import type { Row, Work } from "./lib/catalogue.ts";
import { machine, versions } from "./lib/machine.ts";
import type { Measurement } from "./lib/measure.ts";
import { runRow, type Timing } from "./lib/runRow.ts";
import { installPeers, installProgram } from "./lib/setup.ts";
import { judge, summarise, UNDISTURBED } from "./lib/statistics.ts";
import { describe, type Result, table } from "./lib/table.ts";
import { works } from "./works.ts";

/** Less than this share of its core, and a row is measured once more. By CPU time, little is enough. */
const ENOUGH = { cpu: 0.7, wall: UNDISTURBED };
const ATTEMPTS = 3;
const bench = import.meta.dirname;
const USAGE = `Usage:
  npm run bench                           all works: about a quarter of an hour
  npm run bench -- pipeline ring          those whose names begin so
  npm run bench -- --quick                fewer and shorter rounds: a first impression
  npm run bench -- --rounds 11            each so often
`;

const { chosen, rounds, timing, whole } = understand(options);
installPeers(bench);
const noGo = chosen.some(({ rows }) => rows.some(isGo)) ? installProgram("go") : undefined;
if (chosen.some(({ name }) => name.startsWith("uftp"))) for (const program of ["ip", "nft", "uftp"] as const) installProgram(program); // where one is missing, its rows say so
const measurements = new Map<Row, Measurement[]>();
const skipped = new Map<Row, string>();
const failed = new Map<Row, string>();
const total = chosen.reduce((sum, work) => sum + work.rows.length * Math.min(rounds, work.rounds ?? rounds), 0);
let done = 0;
const started = new Date();
for (let round = 0; round < rounds; round++) {
  for (const work of chosen) {
    if (round >= (work.rounds ?? rounds)) continue;
    for (const row of round % 2 === 0 ? work.rows : work.rows.toReversed()) await measureOnce(work, row, round);
  }
}
const results = chosen.map(result);
for (const one of results) console.log(`\n${table(one)}`);
save();
summary();
if (failed.size > 0) process.exitCode = 1;

async function measureOnce(work: Work, row: Row, round: number): Promise<void> {
  const place = `[${String(++done).padStart(String(total).length)}/${total}] round ${round + 1} of ${rounds}  ${work.name}  ${row.name}`;
  if (isGo(row) && noGo !== undefined) skipped.set(row, noGo);
  if (skipped.has(row) || failed.has(row)) return;
  process.stdout.write(`${place} … `);
  try {
    let best: Measurement | undefined;
    for (let attempt = 0; attempt < ATTEMPTS && (best?.cpu ?? 0) < ENOUGH[work.time ?? "cpu"]; attempt++) {
      const now = await runRow(bench, work, row, timing);
      if ("skipped" in now) {
        skipped.set(row, now.skipped);
        console.log(`skipped: ${now.skipped}`);
        return;
      }
      if (best === undefined || now.cpu === undefined || now.cpu > best.cpu!) best = now;
      if (now.cpu === undefined) break;
    }
    measurements.set(row, [...(measurements.get(row) ?? []), best!]);
    const share = best!.cpu === undefined || best!.cpu > 0.95 ? "" : ` (with ${Math.round(best!.cpu * 100)} % of its core)`;
    console.log(`${best!.value.toFixed(work.digits)} ${best!.unit}${share}`);
  } catch (error) {
    failed.set(row, (error as Error).message);
    console.log(`FAILED\n${(error as Error).message}`);
  }
}

function result(work: Work): Result {
  const measured = work.rows.filter((row) => measurements.has(row));
  const summaries = new Map(measured.map((row) => [row.name, summarise(measurements.get(row)!, work)]));
  return {
    work,
    unit: measurements.get(measured[0]!)?.[0]?.unit ?? "",
    summaries,
    verdicts: work.requirements.map((requirement) => judge(requirement, work, summaries)),
    skipped: new Map(work.rows.flatMap((row) => (skipped.has(row) ? [[row.name, skipped.get(row)!]] : []))),
  };
}

/** Keeps the results as JSON; those of a whole run also as the latest. */
function save(): void {
  const report = {
    date: started.toISOString(),
    rounds,
    warmUpMilliseconds: timing.warmUp,
    measuredMilliseconds: timing.measured,
    machine: machine(),
    versions: versions(bench),
    works: results.map(({ work, unit, summaries, verdicts }) => ({
      name: work.name,
      title: work.title,
      unit,
      better: work.better,
      rows: work.rows.map(({ name, kind }) => ({ name, kind, ...(summaries.get(name) ?? { missing: true }) })),
      requirements: verdicts,
    })),
  };
  const folder = join(bench, "results");
  mkdirSync(folder, { recursive: true });
  const rounded = (_: string, value: unknown): unknown => (typeof value === "number" ? Number(value.toPrecision(5)) : value);
  const text = `${JSON.stringify(report, rounded, 1)}\n`;
  const name = `${started.toISOString().slice(0, 16).replace(":", "")}.json`;
  for (const file of whole ? [name, "latest.json"] : [name]) writeFileSync(join(folder, file), text);
  console.log(`\nKept in bench/results/${whole ? "latest.json and bench/results/" : ""}${name}.`);
}

function summary(): void {
  const all = results.flatMap(({ work, verdicts }) => verdicts.map((verdict) => ({ work, verdict })));
  const met = all.filter(({ verdict }) => verdict.verdict === "met");
  console.log(`${met.length} of ${all.length} requirements met.`);
  for (const { work, verdict } of all) if (verdict.verdict !== "met") console.log(`  ${work.name}: ${describe(verdict, work)}`);
  for (const [{ name }, why] of failed) console.log(`  failed: ${name}: ${why.split("\n")[0]}`);
}

function isGo({ program: [file] }: Row): boolean {
  return file.endsWith(".go");
}

/** A command line that cannot be understood is said to be so, and exit code 2. */
function understand<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    console.error(`${inOneLine(error)}\n${USAGE}`);
    process.exit(2);
  }
}

function options(): { chosen: Work[]; rounds: number; timing: Timing; whole: boolean } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: "string" }, quick: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  const chosen = works.filter(({ name }) => positionals.length === 0 || positionals.some((word) => name.startsWith(word)));
  const names = works.map(({ name }) => name).join(", ");
  if (values.help) {
    console.log(`${USAGE}\nWorks: ${names}`);
    process.exit();
  }
  for (const word of positionals)
    if (!works.some(({ name }) => name.startsWith(word))) throw new RangeError(`Cannot measure ${word}: there is only ${names}`);
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError(`Cannot measure ${values.rounds} rounds: give 1 or more`);
  const timing = values.quick ? { warmUp: 300, measured: 500 } : { warmUp: 500, measured: 1500 };
  return { chosen, rounds, timing, whole: positionals.length === 0 && !values.quick };
}

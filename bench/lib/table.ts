// SPDX-License-Identifier: Apache-2.0
import type { Work } from "./catalogue.ts";
import { ratio, type Summary, type Verdict } from "./statistics.ts";

/** What was measured of one work. */
export interface Result {
  readonly work: Work;
  readonly unit: string;
  readonly summaries: ReadonlyMap<string, Summary>;
  readonly verdicts: readonly Verdict[];
  /** Rows that could not run, and why. */
  readonly skipped: ReadonlyMap<string, string>;
}

/** A work's rows and verdicts, as text. */
export function table({ work, unit, summaries, verdicts, skipped }: Result): string {
  const format = (value: number): string => value.toFixed(work.digits);
  const first = summaries.get(work.rows.find(({ kind }) => kind === "ours")?.name ?? "");
  const lines = [["", unit, "min – max", first === undefined ? "" : "ours is", "core", ""]];
  for (const { name, kind } of work.rows) {
    const summary = summaries.get(name);
    const shown = kind === "information" ? `(${name})` : name;
    if (summary === undefined) {
      lines.push([shown, skipped.has(name) ? "skipped" : "failed", "", "", "", skipped.get(name) ?? ""]);
      continue;
    }
    const { median, min, max, leastCpu, also = {} } = summary;
    const times =
      first === undefined || first === summary || median === 0 ? "" : `${ratio(first.median, median, work.better).toFixed(2)} ×`;
    const share = leastCpu === undefined ? "" : `${Math.round(leastCpu * 100)} %`;
    const notes = Object.entries(also).map(([what, value]) => `${brief(value)} ${what}`);
    lines.push([shown, format(median), `${format(min)} – ${format(max)}`, times, share, notes.join(", ")]);
  }
  return [work.title, ...columns(lines), ...verdicts.map((verdict) => `  ${describe(verdict, work)}`)].join("\n");
}

/** One line: whether a requirement is met. */
export function describe({ text, verdict, measured, atLeast, atMost, goal }: Verdict, { digits }: Pick<Work, "digits">): string {
  const isRatio = text.includes(" : ");
  const format = (value: number): string => (isRatio ? value.toFixed(2) : value.toFixed(digits));
  const limits = [
    ...(atLeast === undefined ? [] : [`at least ${format(atLeast)}`]),
    ...(atMost === undefined ? [] : [`at most ${format(atMost)}`]),
    ...(goal === undefined ? [] : [`goal ${format(goal)}`]),
  ];
  return `${verdict.padEnd(6)}  ${text} = ${measured === undefined ? "?" : format(measured)} (${limits.join(", ")})`;
}

function brief(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** Text in the first and last column starts at the left, figures end at the right. */
function columns(lines: readonly (readonly string[])[]): string[] {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines.map((line) =>
    `  ${line.map((cell, i) => (i === 0 || i === line.length - 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ")}`.trimEnd(),
  );
}

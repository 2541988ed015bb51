// SPDX-License-Identifier: Apache-2.0
import type { Requirement, Work } from "./catalogue.ts";
import type { Measurement } from "./measure.ts";

/** A row that is judged by the time that passes, and had less than this share of its core, was disturbed. */
export const UNDISTURBED = 0.9;

/** What several rounds of one row say together. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The value of each round, in order. */
  readonly values: readonly number[];
  /** The least share of its core that the row had in any round, for rows that keep one busy. */
  readonly leastCpu?: number;
  /** Medians of what else was measured. */
  readonly also?: Readonly<Record<string, number>>;
}

/** Whether a requirement is met. */
export interface Verdict {
  readonly text: string;
  readonly verdict: "met" | "MISSED" | "unclear" | "not measured";
  /** The ratio, or the value. */
  readonly measured?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly goal?: number;
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("Cannot find the median of nothing");
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** What a row would have done with its core to itself: what it did in a second of CPU time. */
export function undisturbed({ value, cpu }: Measurement, { better, time }: Pick<Work, "better" | "time">): number {
  if (cpu === undefined || time === "wall") return value;
  return better === "more" ? value / cpu : value * cpu;
}

/** Puts the rounds of one row together. */
export function summarise(measurements: readonly Measurement[], work: Pick<Work, "better" | "time">): Summary {
  const values = measurements.map((one) => undisturbed(one, work));
  const cpus = measurements.flatMap(({ cpu }) => cpu ?? []);
  const names = Object.keys(measurements[0]?.also ?? {});
  return {
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    values,
    ...(cpus.length > 0 && { leastCpu: Math.min(...cpus) }),
    ...(names.length > 0 && {
      also: Object.fromEntries(names.map((name) => [name, median(measurements.flatMap(({ also }) => also?.[name] ?? []))])),
    }),
  };
}

/** Compares the medians with what is required. What a row that was disturbed has missed is unclear: it says how much of its core it had. */
export function judge(requirement: Requirement, work: Work, summaries: ReadonlyMap<string, Summary>): Verdict {
  const { row, over = [], of, atLeast, atMost, goal } = requirement;
  if (over.length > 0 && atMost !== undefined)
    throw new RangeError(`Cannot judge ${row}: a ratio says how many times better it is; give the least`);
  if (over.length > 0 && of !== undefined) throw new RangeError(`Cannot judge ${row}: ${of} stands beside the value, and is not compared`);
  const limits = {
    ...(atLeast !== undefined && { atLeast }),
    ...(atMost !== undefined && { atMost }),
    ...(goal !== undefined && { goal }),
  };
  const mine = summaries.get(row);
  const others = over.flatMap((name) => (summaries.has(name) ? [{ name, median: summaries.get(name)!.median }] : []));
  const best = others.sort((a, b) => (work.better === "more" ? b.median - a.median : a.median - b.median))[0];
  const text = of !== undefined ? `${row}, ${of}` : over.length === 0 ? row : `${row} : ${best?.name ?? over.join(" or ")}`;
  if (mine === undefined || (over.length > 0 && best === undefined)) return { text, verdict: "not measured", ...limits };
  if (of !== undefined && mine.also?.[of] === undefined) return { text, verdict: "not measured", ...limits };
  const measured = of !== undefined ? mine.also![of]! : best === undefined ? mine.median : ratio(mine.median, best.median, work.better);
  const met = (atLeast === undefined || measured >= atLeast) && (atMost === undefined || measured <= atMost);
  const disturbed = work.time === "wall" && (mine.leastCpu ?? 1) < UNDISTURBED;
  return { text, verdict: met ? "met" : disturbed ? "unclear" : "MISSED", measured, ...limits };
}

/** How many times better. */
export function ratio(mine: number, other: number, better: Work["better"]): number {
  return better === "more" ? mine / other : other / mine;
}

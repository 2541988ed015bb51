// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileFault } from "./files.ts";
import type { PlotPoint, Series } from "./plot.ts";
import { estimate, type Estimate } from "./statistics.ts";
import { toCSV } from "./csv.ts";
import { canonical, type Failure, type Measures, type Outcome, type Success, wentWell } from "./plans.ts";

/** What the runs at one point say together. */
export interface Point<P, M> {
  readonly parameters: P;
  /** Runs that went well, in order. */
  readonly runs: readonly Success<P, M>[];
  readonly measures: { readonly [K in keyof M]-?: Estimate };
}

type NumbersOf<P> = { [K in keyof P]-?: P[K] extends number ? K : never }[keyof P];

/** Which measure against which parameter. */
export interface SeriesOptions<P, M> {
  /** A parameter that is a number, or what makes one of the parameters. */
  readonly x: NumbersOf<P> | ((parameters: P) => number);
  readonly y: keyof M & string;
  /** A parameter, or what makes a name of the parameters: there is one series for each. Default: one for all. */
  readonly by?: keyof P | ((parameters: P) => string);
}

/** What came of an experiment: all runs, and what they say together at each point. It does not depend on how many threads there were, or who was first. */
export class Results<P = unknown, M extends Measures = Measures> {
  /** In the order of the plan. */
  readonly points: readonly Point<P, M>[];
  /** All runs that went well, in the order of the plan. */
  readonly runs: readonly Success<P, M>[];
  readonly failures: readonly Failure<P>[];
  /** Whether all runs of the plan are there, those that failed among them; false after Ctrl-C. */
  readonly complete: boolean;
  readonly confidence: number;

  /** @param outcomes in the order of the plan */
  constructor(
    outcomes: readonly Outcome<P, M>[],
    { complete, confidence = 0.95 }: { readonly complete: boolean; readonly confidence?: number },
  ) {
    this.runs = outcomes.filter(wentWell);
    this.failures = outcomes.flatMap((outcome) => (wentWell(outcome) ? [] : [outcome]));
    this.complete = complete;
    this.confidence = confidence;
    const names = namesOf(this.runs.map(({ measures }) => measures));
    const groups = Map.groupBy(outcomes, ({ parameters }) => canonical(parameters));
    this.points = [...groups.values()].map((group) => {
      const runs = group.filter(wentWell);
      const measures = Object.fromEntries(names.map((name) => [name, estimate(valuesOf(runs, name), confidence)]));
      return { parameters: group[0]!.parameters, runs, measures: measures as Point<P, M>["measures"] }; // all names there are
    });
  }

  /**
   * What a plot shows: a measure against a parameter, with its confidence interval.
   *
   * @example
   * const coin = ({ bias }: { bias: number }, seed: number) => ({ heads: Number(new SeededRandom(seed).next() < bias) });
   * const results = await runExperiment(coin, { grid: { bias: [0, 1] }, repetitions: 4, progress: false });
   * results.series({ x: "bias", y: "heads" }).flatMap(({ points }) => points.map(({ y }) => y)); // [0, 1]
   */
  series({ x, y, by }: SeriesOptions<P, M>): Series[] {
    const nameOf = (parameters: P): string => (by === undefined ? y : typeof by === "function" ? by(parameters) : text(parameters[by]));
    const xOf = (parameters: P): number => (typeof x === "function" ? x(parameters) : Number(parameters[x]));
    const groups = Map.groupBy(this.points, ({ parameters }) => nameOf(parameters));
    return [...groups].map(([name, points]) => {
      const drawn = points.flatMap(({ parameters, measures }): PlotPoint[] => {
        const { count = 0, mean = NaN, low, high } = measures[y] ?? {}; // there are no measures if no run went well
        if (count === 0) return [];
        return [{ x: xOf(parameters), y: mean, ...(count > 1 && { low, high }) }];
      });
      return { name, points: drawn.toSorted((one, other) => one.x - other.x) };
    });
  }

  /**
   * How much larger a measure is at the first point than at the second, run by run: with common random numbers far more certain than the difference of the means.
   *
   * @throws RangeError for a point that is not there, or has no run in common with the other
   */
  difference(measure: keyof M & string, one: P, other: P): Estimate {
    const [first, second] = [this.#at(one), this.#at(other)];
    const values = first.runs.flatMap((run) => {
      const counterpart = second.runs.find(({ repetition }) => repetition === run.repetition);
      const [mine, yours] = [run.measures[measure], counterpart?.measures[measure]];
      return mine === undefined || yours === undefined ? [] : [mine - yours];
    });
    if (values.length === 0) throw new RangeError(`Cannot compare ${measure} at ${text(one)} and ${text(other)}: no runs belong together`);
    return estimate(values, this.confidence);
  }

  /** A row for each point, as CSV (RFC 4180): parameters; runs, failures; of each measure the mean, the standard deviation, and the confidence interval. */
  toCSV(): string {
    const [parameters, measures] = [namesOf(this.points.map((point) => point.parameters)), namesOf(this.runs.map((run) => run.measures))];
    const head = measures.flatMap((name) => [name, `${name} deviation`, `${name} low`, `${name} high`]);
    const failures = Map.groupBy(this.failures, (failure) => canonical(failure.parameters));
    return toCSV([
      [...parameters, "runs", "failures", ...head],
      ...this.points.map((point) => [
        ...parameters.map((name) => memberOf(point.parameters, name)),
        point.runs.length,
        failures.get(canonical(point.parameters))?.length ?? 0,
        ...measures.flatMap((name) => {
          const { mean, deviation, low, high } = point.measures[name]!;
          return [mean, deviation, low, high];
        }),
      ]),
    ]);
  }

  /** A row for each run, as CSV (RFC 4180): parameters, repetition, seed, measures; and why it failed, if it did. */
  runsToCSV(): string {
    const all: Outcome<P, Partial<M>>[] = [...this.runs, ...this.failures];
    const [parameters, measures] = [namesOf(all.map((run) => run.parameters)), namesOf(this.runs.map((run) => run.measures))];
    const errors = this.failures.length > 0 ? ["error"] : [];
    return toCSV([
      [...parameters, "repetition", "seed", ...measures, ...errors],
      ...all.map((run) => [
        ...parameters.map((name) => memberOf(run.parameters, name)),
        run.repetition,
        run.seed,
        ...measures.map((name) => (wentWell(run) ? run.measures[name] : undefined)),
        ...errors.map(() => (wentWell(run) ? undefined : run.error)),
      ]),
    ]);
  }

  /** All of it as plain data. */
  toJSON(): object {
    const points = this.points.map(({ parameters, measures }) => ({ parameters, measures }));
    return { complete: this.complete, confidence: this.confidence, points, runs: this.runs, failures: this.failures };
  }

  /**
   * Writes `<path>.csv`, `<path>.runs.csv` and `<path>.json`; makes the folder if need be.
   *
   * @throws FileError when it cannot
   */
  async write(path: string): Promise<void> {
    await write(`${path}.csv`, this.toCSV());
    await write(`${path}.runs.csv`, this.runsToCSV());
    await write(`${path}.json`, `${JSON.stringify(this, undefined, 2)}\n`);
  }

  #at(parameters: P): Point<P, M> {
    const key = canonical(parameters);
    const point = this.points.find((one) => canonical(one.parameters) === key);
    if (point === undefined) throw new RangeError(`Cannot find the point ${key}: there are ${this.points.length} others`);
    return point;
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (cause) {
    throw fileFault("write", path, cause);
  }
}

/** All names that members of these have, in the order in which they first come. */
function namesOf(objects: readonly unknown[]): string[] {
  return [...new Set(objects.flatMap((object) => Object.keys(object ?? {})))];
}

function valuesOf(runs: readonly Success<unknown, Measures>[], name: string): number[] {
  return runs.flatMap(({ measures }) => measures[name] ?? []);
}

function memberOf(object: unknown, name: string): unknown {
  return Object.entries(object ?? {}).find(([key]) => key === name)?.[1];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : canonical(value);
}

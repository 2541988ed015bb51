// SPDX-License-Identifier: Apache-2.0
import { inspect, isDeepStrictEqual } from "node:util";

/** What a run measures: numbers by name. One that says nothing of a measure leaves it out. */
export type Measures = Readonly<Record<string, number>>;

/**
 * An experiment: a function that makes numbers of parameters and a seed, and of nothing else. The same parameters and the same seed give the same numbers.
 * It ends what it has started before it returns, because the next run comes after it on the same thread.
 */
export type Experiment = (parameters: never, seed: number) => Measures | Promise<Measures>;
/** The parameters of an experiment; anything, if nobody has said which experiment it is. */
export type ParametersOf<E extends Experiment> = E extends (parameters: infer P, seed: number) => unknown
  ? [P] extends [never]
    ? Readonly<Record<string, unknown>>
    : P
  : never;
/** What an experiment measures. */
export type MeasuresOf<E extends Experiment> = Awaited<ReturnType<E>>;

/** Values for each parameter: the runs are with all combinations of them. */
export type Grid<P> = { readonly [K in keyof P]: readonly P[K][] };

/** Which runs there are to be. */
export interface Plan<P> {
  /** Values for each parameter: all combinations are points. */
  readonly grid?: Grid<P>;
  /** Points one by one, after those of the grid. */
  readonly points?: readonly P[];
  /** Runs at each point, each with a seed of its own. Default 10. */
  readonly repetitions?: number;
  /** What all seeds are made from. Default 1. */
  readonly seed?: number;
  /**
   * Whether the runs of one repetition have the same seed at all points, so that they meet the same chances, and their differences are due to the parameters
   * (common random numbers). Default false: all seeds differ, and all runs are independent of each other.
   */
  readonly commonRandomNumbers?: boolean;
}

/** A run that is to be. */
export interface Trial<P = unknown> {
  readonly parameters: P;
  /** From 0. */
  readonly repetition: number;
  readonly seed: number;
}

/** A run that went well. */
export interface Success<P = unknown, M = Measures> extends Trial<P> {
  readonly measures: M;
}

/** A run that failed. */
export interface Failure<P = unknown> extends Trial<P> {
  /** Why, in one line. */
  readonly error: string;
  /** Why, with the places in the code. */
  readonly stack: string;
}

/** What became of a run. */
export type Outcome<P = unknown, M = Measures> = Success<P, M> | Failure<P>;

/** Whether a run went well. */
export function wentWell<P, M>(outcome: Outcome<P, M>): outcome is Success<P, M> {
  return !("error" in outcome);
}

/** The points of a plan, those of the grid first: the last parameter changes fastest. @throws RangeError if there are none, TypeError for values that no file could hold */
export function pointsOf<P>({ grid, points = [] }: Plan<P>): P[] {
  const all = [...(grid === undefined ? [] : combinations(grid)), ...points];
  if (all.length === 0)
    throw new RangeError("Cannot run an experiment without points: give a grid with values for each parameter, or points");
  for (const point of all) checkPoint(point);
  const seen = new Set<string>();
  return all.filter((point) => seen.size < seen.add(canonical(point)).size);
}

/** All runs of a plan: those of one point after those of another. */
export function trialsOf<P>(plan: Plan<P>): Trial<P>[] {
  const { repetitions = 10, seed = 1, commonRandomNumbers = false } = plan;
  if (!(Number.isInteger(repetitions) && repetitions >= 1))
    throw new RangeError(`Cannot repeat ${repetitions} times: give a whole number from 1`);
  if (!Number.isInteger(seed)) throw new RangeError(`Cannot make seeds from ${seed}: give a whole number`);
  return pointsOf(plan).flatMap((parameters) =>
    Array.from({ length: repetitions }, (_, repetition) => {
      // By what a point is, not by its place: a value more in the grid does not change the other runs.
      const name = commonRandomNumbers ? `${seed} ${repetition}` : `${seed} ${repetition} ${canonical(parameters)}`;
      return { parameters, repetition, seed: hash(name) };
    }),
  );
}

/** Tells a run from all others. */
export function keyOf({ parameters, repetition, seed }: Trial): string {
  return canonical([parameters, repetition, seed]);
}

/** As JSON, with the members of objects in the order of their names. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
    .join(",")}}`;
}

function combinations<P>(grid: Grid<P>): P[] {
  let points: object[] = [{}];
  for (const [name, values] of Object.entries<readonly unknown[] | undefined>(grid)) {
    if (values === undefined) continue;
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  }
  return points as P[]; // each has all that the grid has
}

/** Parameters go into files, and to other threads. */
function checkPoint(point: unknown): void {
  if (typeof point !== "object" || point === null)
    throw new TypeError(`Cannot run an experiment at ${String(point)}: give an object of parameters`);
  for (const [name, value] of Object.entries(point)) {
    if (typeof value === "bigint" || (value !== undefined && !isDeepStrictEqual(JSON.parse(JSON.stringify(value) ?? "null"), value)))
      throw new TypeError(`Cannot use the parameter ${name}: ${inspect(value)} is not what a JSON file can hold`);
  }
}

/** A seed from a name: FNV-1a, and then mixed as in MurmurHash3, so that names that are alike give seeds that are not. */
function hash(name: string): number {
  let mixed = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) mixed = Math.imul(mixed ^ name.charCodeAt(i), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

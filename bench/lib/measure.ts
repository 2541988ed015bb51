// SPDX-License-Identifier: Apache-2.0

/** Which row this process is. The catalogue (works.ts) says the same, and the runner compares. */
export interface Identity {
  readonly work: string;
  readonly row: string;
  readonly unit: string;
}

/** What a row prints: one line of JSON. */
export interface Measurement extends Identity {
  readonly value: number;
  /** CPU time as a share of the time that passed, for rows that keep one core busy. What is missing to 1 somebody else had. */
  readonly cpu?: number;
  /** Other figures worth a look, under their names and units. */
  readonly also?: Readonly<Record<string, number>>;
}

/** What a row prints that cannot run here. */
export interface Skipped {
  readonly skipped: string;
}

/** How to measure. */
export interface MeasureOptions {
  /** How many units one is of the unit that is printed. Default 1e6, for millions in a second. */
  readonly scale?: number;
  /** Whether the row keeps one core busy, so that CPU time says how long it took. Default true. */
  readonly busy?: boolean;
  /** How many times as long as usual it takes until the compilers have done their work: longer where that is another program's, which has little to do. Default 1. */
  readonly warmUps?: number;
  /** Other figures worth a look, at the end. */
  readonly also?: () => Readonly<Record<string, number>>;
}

const WARM_UP = milliseconds("BENCH_WARM_MS", 500);
const LONG_ENOUGH = milliseconds("BENCH_MS", 1500);

/**
 * Repeats a pass until the compilers have done their work, then until the time is long enough to be measured, and prints how much was done in a second.
 *
 * @param pass does a fixed amount of work, checks that it was done, and answers how much it was
 */
export async function measure(
  identity: Identity,
  pass: () => number | Promise<number>,
  { scale = 1e6, busy = true, warmUps = 1, also }: MeasureOptions = {},
): Promise<void> {
  await repeat(pass, WARM_UP * warmUps);
  const before = process.cpuUsage();
  const { done, elapsed } = await repeat(pass, LONG_ENOUGH);
  const { user, system } = process.cpuUsage(before);
  const value = done / (elapsed / 1000) / scale;
  const cpu = (user + system) / 1000 / elapsed;
  report({ ...identity, value, ...(busy && { cpu }), ...(also !== undefined && { also: also() }) });
}

/** Prints what was measured. */
export function report(measurement: Measurement): void {
  console.log(JSON.stringify(measurement));
}

/** Fails the row if what came out at its end is not what must come out. */
export function check(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`Cannot count this pass: ${what} is ${actual}, not ${expected}`);
}

async function repeat(pass: () => number | Promise<number>, atLeast: number): Promise<{ done: number; elapsed: number }> {
  const start = performance.now();
  let done = 0;
  let elapsed = 0;
  while (elapsed < atLeast) {
    done += await pass();
    elapsed = performance.now() - start;
  }
  return { done, elapsed };
}

function milliseconds(name: string, usual: number): number {
  return Number(process.env[name] ?? usual);
}

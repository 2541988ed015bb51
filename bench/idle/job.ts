// SPDX-License-Identifier: Apache-2.0
import { type Measurement, report } from "../lib/measure.ts";
import { memory } from "../lib/memory.ts";

/** How many units sleep at the end. */
export const UNITS = 100_000;

/**
 * Makes all units, and prints what they cost: the first argument of the row says whether in bytes or in time.
 *
 * @param make makes so many units, brings them to sleep, and answers something that keeps them alive
 */
export async function measureIdle(row: string, make: (units: number) => Promise<unknown>): Promise<void> {
  if (process.argv[2] === "bytes") report(await bytes(row, make));
  else report(await time(row, make));
}

async function bytes(row: string, make: (units: number) => Promise<unknown>): Promise<Measurement> {
  const warm = await make(10); // what is made once is not counted
  const before = await memory();
  const kept = await make(UNITS);
  const after = await memory();
  if (warm === kept) throw new Error("Cannot measure: both are the same");
  const resident = Math.round((after.resident - before.resident) / UNITS);
  return { work: "idle-bytes", row, unit: "bytes each", value: (after.heap - before.heap) / UNITS, also: { "resident bytes": resident } };
}

/** In a fresh process, as a program starts: the compilers' work is part of it. */
async function time(row: string, make: (units: number) => Promise<unknown>): Promise<Measurement> {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const kept = await make(UNITS);
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  if (kept === undefined) throw new Error("Cannot measure: nothing was made");
  return { work: "idle-time", row, unit: "µs each", value: (elapsed * 1000) / UNITS, cpu: (user + system) / 1000 / elapsed };
}

// SPDX-License-Identifier: Apache-2.0
import { inspect } from "node:util";
import type { Outcome, Trial } from "./plans.ts";

/** Runs an experiment once, on this thread. What it throws is what became of it, and so is what finding it throws. */
export async function perform(find: () => unknown, { parameters, repetition, seed }: Trial): Promise<Outcome> {
  const trial = { parameters, repetition, seed };
  try {
    const experiment = await find();
    if (typeof experiment !== "function") throw new TypeError("Cannot run what is no function: export the experiment as default");
    return { ...trial, measures: checked(await experiment(structuredClone(parameters), seed)) };
  } catch (error) {
    return failed(trial, error);
  }
}

/** What became of a run that ended with this error. */
export function failed<P>({ parameters, repetition, seed }: Trial<P>, error: unknown): Outcome<P, never> {
  const isError = error instanceof Error;
  const stack = isError ? (error.stack ?? String(error)) : inspect(error);
  return { parameters, repetition, seed, error: isError ? `${error.name}: ${error.message}` : inspect(error), stack };
}

/** @throws TypeError for what are no measures */
function checked(measures: unknown): Record<string, number> {
  if (typeof measures !== "object" || measures === null || Array.isArray(measures))
    throw new TypeError(`Cannot use ${inspect(measures)} as measures: return an object of numbers`);
  const given = Object.entries(measures).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (typeof value !== "number" || !Number.isFinite(value))
      throw new TypeError(`Cannot use the measure ${name}: it is ${inspect(value)}; return a number, or leave it out`);
  }
  return Object.fromEntries(given);
}

// SPDX-License-Identifier: Apache-2.0
import { measure } from "../lib/measure.ts";
import { Tally } from "./job.ts";

const MESSAGES = 200_000;

function* numbers(end: number): Generator<number> {
  for (let n = 0; n < end; n++) yield n;
}

function* addOne(source: Iterable<number>): Generator<number> {
  for (const n of source) yield n + 1;
}

await measure({ work: "pipeline", row: "chained sync generators", unit: "million hops/s" }, () => {
  const tally = new Tally();
  for (const n of addOne(addOne(addOne(numbers(MESSAGES))))) tally.add(n);
  return tally.hops(MESSAGES);
});

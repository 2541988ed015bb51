// SPDX-License-Identifier: Apache-2.0
import { measure } from "../lib/measure.ts";
import { Tally } from "./job.ts";

const MESSAGES = 50_000;

async function* numbers(end: number): AsyncGenerator<number> {
  for (let n = 0; n < end; n++) yield n;
}

async function* addOne(source: AsyncIterable<number>): AsyncGenerator<number> {
  for await (const n of source) yield n + 1;
}

await measure({ work: "pipeline", row: "chained async generators", unit: "million hops/s" }, async () => {
  const tally = new Tally();
  for await (const n of addOne(addOne(addOne(numbers(MESSAGES))))) tally.add(n);
  return tally.hops(MESSAGES);
});

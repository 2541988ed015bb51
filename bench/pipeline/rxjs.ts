// SPDX-License-Identifier: Apache-2.0
// Synchronous: one call stack from the source to the sink, no concurrency, no back-pressure.
import { map, range } from "rxjs";
import { measure } from "../lib/measure.ts";
import { Tally } from "./job.ts";

const MESSAGES = 500_000;
const addOne = (n: number): number => n + 1;

await measure({ work: "pipeline", row: "RxJS, synchronous maps", unit: "million hops/s" }, () => {
  const tally = new Tally();
  range(0, MESSAGES)
    .pipe(map(addOne), map(addOne), map(addOne))
    .subscribe((n) => tally.add(n));
  return tally.hops(MESSAGES);
});

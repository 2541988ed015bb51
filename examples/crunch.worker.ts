// SPDX-License-Identifier: Apache-2.0
// What Crunch does in its thread: an ordinary loop. It waits for numbers, and ends when there are no more.
import { worker } from "kamaelia/axon";
import type { Crunch } from "./crunch.ts";

worker<typeof Crunch>(({ inbox }, { outbox }) => {
  for (const n of inbox) outbox.send({ n, factors: factorise(n) });
});

function factorise(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  for (let d = 2; d * d <= rest; d++) {
    for (; rest % d === 0; rest /= d) factors.push(d);
  }
  return rest > 1 ? [...factors, rest] : factors;
}

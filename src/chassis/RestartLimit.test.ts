// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RestartLimit } from "./RestartLimit.ts";

test("RestartLimit never allows more restarts within the period than its intensity, whatever happens when", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 1, max: 100 }),
      fc.array(fc.integer({ min: 0, max: 30 })),
      (intensity, period, gaps) => {
        const limit = new RestartLimit(intensity, period);
        const allowed: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (limit.next(now) !== undefined) allowed.push(now);
        }
        return allowed.every((time) => allowed.filter((other) => other > time - period && other <= time).length <= intensity);
      },
    ),
  );
});
test("RestartLimit waits longer each time, up to the most", () => {
  const limit = new RestartLimit(5, 1000, { first: 10, most: 35 });
  assert.deepEqual(
    [0, 0, 0, 0].map((now) => limit.next(now)),
    [10, 20, 35, 35],
  );
});

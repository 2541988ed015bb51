// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { delayOf, RestartLimit } from "./RestartLimit.ts";

test("RestartLimit never allows more restarts within the period than its intensity, whatever happens when", () => {
  const schedule = fc.array(fc.integer({ min: 0, max: 30 }));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 100 }), schedule, (intensity, period, gaps) => {
      const limit = new RestartLimit(intensity, period);
      const times: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        times.push((now += gap));
        const recent = times.filter((time) => now - time <= period).length;
        assert.equal(limit.exceededBy(now), recent > intensity);
        if (recent > intensity) return;
      }
    }),
  );
});
test("RestartLimit allows nothing with an intensity of 0, and everything without a limit", () => {
  assert.equal(new RestartLimit(0, 1).exceededBy(0), true);
  const limitless = new RestartLimit(Infinity, 1000);
  assert.ok(Array.from({ length: 100 }, () => limitless.exceededBy(0)).every((exceeded) => !exceeded));
});
test("RestartLimit refuses an intensity or a period that makes no sense", () => {
  assert.throws(() => new RestartLimit(-1, 5000), {
    name: "RangeError",
    message: "Cannot allow -1 restarts in 5000 ms: give an intensity of 0 or more and a period above 0",
  });
  assert.throws(() => new RestartLimit(1, 0), RangeError);
  assert.throws(() => new RestartLimit(NaN, 1), RangeError);
});
test("delayOf() waits longer each time, up to the most", () => {
  const delays = (backoff: Parameters<typeof delayOf>[0]): number[] => [0, 1, 2, 3].map((inARow) => delayOf(backoff, inARow));
  assert.deepEqual(delays({ first: 10, max: 35 }), [10, 20, 35, 35]);
  assert.deepEqual(delays({ first: 10, factor: 1 }), [10, 10, 10, 10]);
  assert.deepEqual(delays(undefined), [0, 0, 0, 0]);
  assert.equal(delayOf({ first: 0 }, 5000), 0);
  assert.equal(delayOf({ first: 1, max: 60_000 }, 5000), 60_000);
});

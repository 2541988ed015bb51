// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { tap } from "../../axon/index.ts";
import { at, drive, VirtualClock } from "../../testing/index.ts";
import { Jitter, type JitterOptions } from "./Jitter.ts";
import { assertDistribution } from "./parts.ts";

/** What comes of numbers that are sent one every millisecond, and when. */
async function through(options: JitterOptions, count: number): Promise<{ number: number; at: number }[]> {
  const came: { number: number; at: number }[] = [];
  const clock = new VirtualClock();
  const jitter = Jitter<number>(options);
  tap(jitter.outboxes.outbox, (number) => came.push({ number, at: clock.now() }));
  const inputs = Object.fromEntries(Array.from({ length: count }, (_, i) => [i, i]));
  await drive(jitter, { inbox: at(inputs) }, { clock });
  return came;
}

test("Jitter() delays as its distribution says (Kolmogorov and Smirnov, p > 0.001)", async () => {
  const came = await through({ delay: 50, jitter: 20, seed: 1 }, 5000);
  const delays = came.map(({ number, at: time }) => time - number);
  assertDistribution("uniform", delays, (x) => Math.min(1, Math.max(0, (x - 30) / 40)));
});

test("Jitter() lets messages overtake each other, unless they are to keep their order; none is lost", async () => {
  const numbers = Array.from({ length: 500 }, (_, i) => i);
  const loose = (await through({ delay: 50, jitter: 20, seed: 1 }, 500)).map(({ number }) => number);
  assert.notDeepEqual(loose, numbers);
  assert.deepEqual(
    loose.toSorted((a, b) => a - b),
    numbers,
  );
  const kept = await through({ delay: 50, jitter: 20, keepOrder: true, seed: 1 }, 500);
  assert.deepEqual(
    kept.map(({ number }) => number),
    numbers,
  );
});

test("Jitter() without jitter delays all alike", async () => {
  assert.deepEqual(await through({ delay: 25 }, 2), [
    { number: 0, at: 25 },
    { number: 1, at: 26 },
  ]);
});

test("Jitter() refuses delays below 0", () => {
  assert.throws(() => Jitter({ delay: -1 }), /Cannot simulate a delay of -1 ms/);
});

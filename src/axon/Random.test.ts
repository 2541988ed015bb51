// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom, unseededRandom } from "./index.ts";

const some = (random: { next(): number }, count = 5): number[] => Array.from({ length: count }, () => random.next());

test("SeededRandom() repeats: the same seed gives the same numbers, on every machine", () => {
  assert.deepEqual(some(new SeededRandom(42)), some(new SeededRandom(42)));
  assert.notDeepEqual(some(new SeededRandom(42)), some(new SeededRandom(43)));
  const random = new SeededRandom(1);
  assert.deepEqual(
    Array.from({ length: 8 }, () => random.integer(1000)),
    FIRST,
  );
});
test("SeededRandom() gives numbers from 0 up to, but not including, 1, evenly", () => {
  const random = new SeededRandom(7);
  const buckets = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const number = random.next();
    assert(number >= 0 && number < 1);
    buckets[Math.floor(number * 10)]!++;
  }
  for (const count of buckets) assert(count > 9_600 && count < 10_400, `${buckets}`);
});
test("SeededRandom.integer() stays below its bound, and reaches all", () => {
  const random = new SeededRandom(7);
  const seen = new Set(Array.from({ length: 1000 }, () => random.integer(6)));
  assert.deepEqual([...seen].toSorted(), [0, 1, 2, 3, 4, 5]);
});
test("SeededRandom.fork() gives a source of its own: parts do not disturb each other's sequence", () => {
  const alone = new SeededRandom(5).fork("part");
  const parent = new SeededRandom(5);
  const part = parent.fork("part");
  some(parent, 100);
  assert.deepEqual(some(part), some(alone));
  const again = new SeededRandom(5);
  assert.notDeepEqual(some(again.fork("other")), some(new SeededRandom(5).fork("part")));
});
test("SeededRandom() refuses a seed that is no whole number: all of those would give the same numbers", () => {
  for (const seed of [NaN, Infinity, 1.5, 0.123, "x", undefined] as number[])
    assert.throws(() => new SeededRandom(seed), /^RangeError: Cannot make numbers from the seed .*: give a whole number$/);
  assert.notDeepEqual(some(new SeededRandom(-1)), some(new SeededRandom(0)));
});
test("unseededRandom() differs each time", () => {
  assert.notDeepEqual(some(unseededRandom()), some(unseededRandom()));
});

/** What the seed 1 gives, below 1000: a change of these numbers would change every recorded run. */
const FIRST = [713, 12, 0, 875, 157, 760, 643, 917];

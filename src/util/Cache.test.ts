// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive, VirtualClock } from "../testing/index.ts";
import { Cache } from "./Cache.ts";
import type { Call } from "./trial.ts";

/** Takes 100 ms; notes what it was called with. */
function upper(log: string[]): (word: string, call: Call) => Promise<string> {
  return async (word, { sleep }) => {
    log.push(word);
    await sleep(100);
    return word.toUpperCase();
  };
}

test("Cache() calls the function once for what is the same, and answers each message in order", async () => {
  const log: string[] = [];
  const { outbox } = await drive(Cache(upper(log), { concurrency: 1 }), { inbox: ["a", "b", "a", "b", "c", "a"] });
  assert.deepEqual([outbox.join(""), log.join("")], ["ABABCA", "abc"]);
});
test("Cache() answers at once what it knows", async () => {
  const clock = new VirtualClock();
  await drive(Cache(upper([])), { inbox: at({ 0: "a", 500: "a" }) }, { clock });
  assert.equal(clock.now(), 500);
});
test("Cache() makes one call for messages that ask for the same at the same time", async () => {
  const log: string[] = [];
  const clock = new VirtualClock();
  const { outbox } = await drive(Cache(upper(log)), { inbox: ["a", "a", "a", "b"] }, { clock });
  assert.deepEqual([outbox.join(""), log.join(""), clock.now()], ["AAAB", "ab", 100]);
});
test("Cache({ ttl }) asks again when a result is too old", async () => {
  const log: string[] = [];
  await drive(Cache(upper(log), { ttl: 1000 }), { inbox: at({ 0: "a", 1000: "a", 1099: "a", 1100: "a", 1150: "a", 5000: "a" }) });
  assert.equal(log.length, 3);
});
test("Cache({ max }) drops what has not been asked for the longest", async () => {
  const log: string[] = [];
  await drive(Cache(upper(log), { max: 2, concurrency: 1 }), { inbox: [..."abacab"] });
  assert.equal(log.join(""), "abcb");
});
test("Cache({ key }) says what is the same", async () => {
  const log: string[] = [];
  await drive(Cache(upper(log), { key: (word) => word.length }), { inbox: ["one", "two", "three"] });
  assert.deepEqual(log, ["one", "three"]);
});
test("Cache() does not remember errors, and tells all who asked", async () => {
  let calls = 0;
  const once = Cache(
    async (n: number, { sleep }) => {
      calls++;
      await sleep(10);
      if (calls === 1) throw new RangeError("not yet");
      return n;
    },
    { onError: "tell" },
  );
  const { outbox, error } = await drive(once, { inbox: at({ 0: 7, 5: 7, 100: 7, 200: 7 }) });
  assert.deepEqual([outbox, error.map(({ message }) => message), calls], [[7, 7], [7, 7], 2]);
});
test("Cache() fails with what the function throws, at once or later, unless that is to be told", async () => {
  const throwing = Cache((n: number): number => {
    throw new RangeError(`not ${n}`);
  });
  await assert.rejects(drive(throwing, { inbox: [1] }), { message: "Cache_1 failed: not 1" });
});
test("Cache({ timeout }) has what never came fetched again for the next one who asks", async () => {
  let calls = 0;
  const stuck = Cache((n: number, { sleep }) => (++calls === 1 ? sleep(1e9).then(() => 0) : n), { timeout: 100, onError: "tell" });
  const { outbox, error } = await drive(stuck, { inbox: at({ 0: 7, 200: 7 }) });
  assert.deepEqual([outbox, error.length, calls], [[7], 1, 2]);
});
test("Cache() of results that are undefined remembers them, too", async () => {
  let calls = 0;
  const { outbox } = await drive(
    Cache(() => void calls++),
    { inbox: [1, 1, 1] },
  );
  assert.deepEqual([outbox, calls], [[undefined, undefined, undefined], 1]);
});
test("Cache() refuses to keep nothing", () => {
  assert.throws(() => Cache((n: number) => n, { max: 0 }), {
    name: "RangeError",
    message: "Cannot keep 0 results for Infinity ms: both have to be above 0",
  });
  assert.throws(() => Cache((n: number) => n, { ttl: -1 }), { name: "RangeError" });
});
test("Cache({ timeout }) lets who asked later go on when who asked first has run out of time", async () => {
  const calls: number[] = [];
  const clock = new VirtualClock();
  const slow = Cache(
    async (word: string, { sleep }) => {
      calls.push(clock.now());
      await sleep(calls.length === 1 ? 1e9 : 10);
      return word.toUpperCase();
    },
    { timeout: 100, onError: "tell" },
  );
  const { outbox, error } = await drive(slow, { inbox: at({ 0: "a", 90: "a", 95: "a" }) }, { clock });
  assert.deepEqual([outbox, error.length, calls], [["A", "A"], 1, [0, 100]], "both share a new call, and have all their time");
});

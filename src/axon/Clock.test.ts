// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "../testing/script.ts";
import { RealClock } from "./index.ts";

/** Timers of the host that are set. */
const hostTimers = (): number => process.getActiveResourcesInfo().filter((what) => what === "Timeout").length;

test("RealClock.now() never goes back, whatever happens to the wall clock", (context) => {
  const clock = new RealClock();
  const start = clock.now();
  context.mock.method(Date, "now", () => 0);
  assert.equal(clock.wallTime(), 0);
  assert(clock.now() >= start);
});
test("RealClock.setTimer() calls back once, no earlier than asked, in order", async () => {
  const clock = new RealClock();
  const start = clock.now();
  const called: [number, boolean][] = [];
  await new Promise<void>((resolve) => {
    for (const delay of [60, -5, 20, 40]) clock.setTimer(() => called.push([delay, clock.now() - start >= delay]), delay);
    clock.setTimer(resolve, 80);
  });
  assert.deepEqual(
    called,
    [-5, 20, 40, 60].map((delay) => [delay, true]),
  );
});
test("RealClock() needs one timer of the host for all, and none when none is set", () => {
  const clock = new RealClock();
  const timers = Array.from({ length: 1000 }, (_, i) => clock.setTimer(() => {}, 60_000 + i));
  assert.equal(hostTimers(), 1);
  for (const timer of timers) timer.cancel();
  assert.equal(hostTimers(), 0);
});
test("RealClock.setTimer() takes delays that the host's own timers do not", () => {
  const clock = new RealClock();
  const timers = [2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER, Infinity].map((delay) => clock.setTimer(() => assert.fail("called"), delay));
  assert(hostTimers() <= 1);
  for (const timer of timers) timer.cancel();
});
test("RealClock() calls the others when one callback throws, and the error does not vanish", async () => {
  const { code, output } = await script(`
    const clock = new axon.RealClock();
    process.on("uncaughtException", (error) => console.log(error.message));
    clock.setTimer(() => { throw new Error("in a timer"); }, 0);
    clock.setTimer(() => console.log("the next one"), 0);
  `);
  assert.deepEqual([code, output], [0, "in a timer\nthe next one\n"]);
});

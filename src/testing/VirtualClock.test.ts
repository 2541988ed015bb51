// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, sleep, System } from "../axon/index.ts";
import { VirtualClock } from "./index.ts";

/** Notes the time every so often. */
function Ticker(every: number, times: number, seen: number[]): Component<{}, {}> {
  return component(Ticker, {
    *main(_, __, { system }) {
      for (let i = 0; i < times; i++) {
        yield sleep(every);
        seen.push(system.clock.now());
      }
    },
  });
}

test("VirtualClock() moves on when nothing is left to do: a day takes no time", async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  await new System({ clock }).run(Ticker(3_600_000, 24, seen));
  assert.deepEqual([seen.length, seen.at(-1), clock.now()], [24, 86_400_000, 86_400_000]);
});
test("VirtualClock() runs everything that is due at one time before the next", async () => {
  const clock = new VirtualClock();
  const system = new System({ clock });
  const seen: number[] = [];
  system.activate(Ticker(200, 2, seen));
  system.activate(Ticker(300, 2, seen));
  system.activate(Ticker(200, 3, seen));
  await system.run();
  assert.deepEqual(seen, [200, 200, 300, 400, 400, 600, 600]);
});
test("VirtualClock() waits for promises: they are not hurried past", async () => {
  const clock = new VirtualClock();
  let settle!: () => void;
  const promise = new Promise<void>((resolve) => (settle = resolve));
  const Waiter = (): Component<{}, {}> =>
    component(Waiter, {
      *main() {
        yield promise;
        assert.equal(clock.now(), 0);
      },
    });
  const system = new System({ clock });
  system.activate(Ticker(1000, 1, []));
  const run = system.run(Waiter());
  setImmediate(() => setImmediate(settle));
  await run;
});
test("VirtualClock({ auto: false }) moves only when it is told to", async () => {
  const clock = new VirtualClock({ auto: false });
  const system = new System({ clock, manual: true });
  const seen: number[] = [];
  system.activate(Ticker(10, 3, seen));
  const rest = (): void => {
    while (system.step() !== undefined);
  };
  rest();
  assert.equal(clock.now(), 0);
  clock.advance(9);
  rest();
  assert.deepEqual(seen, []);
  clock.advance(1);
  rest();
  assert.deepEqual(seen, [10]);
});
test("VirtualClock.advance() calls timers at their own times, those set on the way too", () => {
  const clock = new VirtualClock({ auto: false });
  const seen: [string, number][] = [];
  clock.setTimer(() => seen.push(["b", clock.now()]), 20);
  clock.setTimer(() => {
    seen.push(["a", clock.now()]);
    clock.setTimer(() => seen.push(["c", clock.now()]), 15);
  }, 10);
  clock.setTimer(() => seen.push(["d", clock.now()]), 31);
  clock.advance(30);
  assert.deepEqual(seen, [
    ["a", 10],
    ["b", 20],
    ["c", 25],
  ]);
  assert.equal(clock.now(), 30);
});
test("VirtualClock.advance() does not go back", () => {
  assert.throws(() => new VirtualClock().advance(-1), { name: "RangeError", message: "Cannot advance by -1 ms: time never goes back" });
});
test("VirtualClock.advanceToNext() goes to the next timer, unless it is too late", () => {
  const clock = new VirtualClock();
  clock.setTimer(() => {}, 50);
  assert.equal(clock.advanceToNext(49), false);
  assert.equal(clock.now(), 0);
  assert.equal(clock.advanceToNext(50), true);
  assert.equal(clock.now(), 50);
  assert.equal(clock.advanceToNext(), false);
});
test("VirtualClock() does not call a timer that was cancelled", () => {
  const clock = new VirtualClock();
  clock.setTimer(() => assert.fail("called"), 5).cancel();
  assert.equal(clock.idle(), false);
  clock.advance(10);
});
test("VirtualClock() has a wall clock of its own, which can jump while time goes on evenly", () => {
  const clock = new VirtualClock({ wallTime: Date.UTC(2004, 0, 1) });
  clock.advance(1000);
  assert.equal(clock.wallTime(), Date.UTC(2004, 0, 1, 0, 0, 1));
  clock.setWallTime(5);
  assert.deepEqual([clock.wallTime(), clock.now()], [5, 1000]);
  clock.advance(10);
  assert.equal(clock.wallTime(), 15);
});
test("VirtualClock.coming says how many timers are still to come: not those that are over, or were cancelled", () => {
  const clock = new VirtualClock();
  clock.setTimer(() => {}, 10);
  clock.setTimer(() => {}, 20).cancel();
  clock.setTimer(() => {}, 30);
  assert.equal(clock.coming, 2);
  clock.advance(10);
  assert.equal(clock.coming, 1);
});

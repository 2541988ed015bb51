// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, sleep, System } from "../axon/index.ts";
import { Echo, Feed, stepper, VirtualClock } from "./index.ts";

function Sleeper(times: number): Component<{}, {}> {
  return component(Sleeper, {
    *main() {
      for (let i = 0; i < times; i++) yield sleep(100);
    },
  });
}

test("stepper() shows who has a turn, and in which order", () => {
  const system = new System({ manual: true });
  for (const part of [Feed([1, 2]), Feed([3])]) system.activate(part);
  const turns = stepper(system);
  assert.equal(turns.step(), "Feed_1");
  assert.deepEqual(turns.steps(2), ["Feed_2", "Feed_1"]);
  assert.deepEqual(turns.rest(), ["Feed_2", "Feed_1"]);
  assert.equal(turns.step(), undefined);
  assert.deepEqual(turns.turns, ["Feed_1", "Feed_2", "Feed_1", "Feed_2", "Feed_1"]);
});
test("stepper().steps() takes fewer when nobody has anything to do", () => {
  const system = new System({ manual: true });
  const echo = system.activate(Echo());
  const turns = stepper(system);
  assert.deepEqual(turns.steps(5), ["Echo_1"]);
  echo.inboxes.inbox.deliver(1);
  assert.deepEqual(turns.steps(5), ["Echo_1"]);
});
test("stepper().advance() lets time pass, with the turns that are due on the way", () => {
  const clock = new VirtualClock({ auto: false });
  const system = new System({ manual: true, clock });
  system.activate(Sleeper(3));
  system.activate(Sleeper(1));
  const turns = stepper(system);
  assert.deepEqual(turns.rest(), ["Sleeper_1", "Sleeper_2"]);
  assert.deepEqual(turns.advance(99), []);
  assert.deepEqual(turns.advance(1), ["Sleeper_1", "Sleeper_2"]);
  assert.deepEqual(turns.advance(1000), ["Sleeper_1", "Sleeper_1"]);
  assert.equal(clock.now(), 1100);
});
test("stepper() refuses a system that runs by itself", () => {
  assert.throws(() => stepper(new System()), { message: /^Cannot step a system that runs by itself: make it with new System/ });
});
test("stepper().advance() refuses a clock that moves by itself", () => {
  const turns = stepper(new System({ manual: true, clock: new VirtualClock() }));
  assert.throws(() => turns.advance(1), { message: /^Cannot let time pass: give the system a clock of its own/ });
});
test("stepper().rest() gives up on a system that does not come to rest", () => {
  const Spins = (): Component<{}, {}> =>
    component(Spins, {
      *main() {
        for (;;) yield;
      },
    });
  const system = new System({ manual: true });
  system.activate(Spins());
  assert.throws(() => stepper(system).rest(), { message: "Cannot come to rest: 1000000 turns, the last ones of Spins_1" });
});
test("stepper() refuses to let less than nothing pass, before anything has happened", () => {
  const clock = new VirtualClock({ auto: false });
  const system = new System({ manual: true, clock });
  clock.setTimer(() => assert.fail("it rang"), 10);
  for (const time of [NaN, -1]) assert.throws(() => stepper(system).advance(time), RangeError);
});

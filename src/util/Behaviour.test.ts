// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, System } from "../axon/index.ts";
import { at, drive, stepper, VirtualClock } from "../testing/index.ts";
import { Behaviour, type BehaviourCommand } from "./Behaviour.ts";
import { bouncingFloat, cartesianPingPong, continuousIdentity, loopingCounter } from "./behaviours.ts";
import { Sleepy, timesOf, timesTo } from "./parts.ts";

/** The first few of what may never end. */
function some<T>(count: number, values: Iterable<T>): T[] {
  const taken: T[] = [];
  for (const value of values) if (taken.push(value) === count) break;
  return taken;
}

test("Behaviour() sends one value at a time, the first at once, and ends with the last one", async () => {
  assert.deepEqual(await timesOf(Behaviour("abc", { every: 100 })), [0, 100, 200]);
  const { outbox, signal } = await drive(Behaviour("abc"), {}, { shutdown: false });
  assert.deepEqual([outbox, signal], [["a", "b", "c"], [producerFinished()]]);
});
test("Behaviour() goes on for ever, if its values do, 25 times a second (the original sent as fast as it could)", async () => {
  const { outbox } = await drive(Behaviour(loopingCounter(90)), { inbox: at<BehaviourCommand>({ 999: "unpause" }) });
  assert.deepEqual([outbox.length, outbox.slice(0, 5)], [25, [90, 180, 270, 0, 90]]);
});
test("Behaviour() takes no value while it is paused, whatever its values are, and goes on where it was (some of the original's could not be paused)", async () => {
  const inbox = at<BehaviourCommand>({
    150: "pause",
    160: "pause",
    1000: "unpause",
    1010: "unpause",
    1150: "togglepause",
    2000: "togglepause",
    2300: "unpause",
  });
  assert.deepEqual(await timesOf(Behaviour(loopingCounter(1), { every: 100 }), inbox), [0, 100, 1000, 1100, 2000, 2100, 2200, 2300]);
});
test("Behaviour() ends at the word shutdown, as the original did, and on both messages (which the original did not hear)", async () => {
  const { outbox } = await drive(
    Behaviour(continuousIdentity(1), { every: 100 }),
    { inbox: at<BehaviourCommand>({ 250: "shutdown" }) },
    { shutdown: false },
  );
  assert.deepEqual(outbox, [1, 1, 1]);
  for (const shutdown of ["producerFinished", "shutdownMicroprocess"] as const) {
    assert.equal((await drive(Behaviour(continuousIdentity(1)), {}, { shutdown })).signal[0]?.type, shutdown);
  }
});
test("Behaviour() closes its values when it stops", async () => {
  let closed = false;
  const values = (function* () {
    try {
      for (;;) yield 1;
    } finally {
      closed = true;
    }
  })();
  await drive(Behaviour(values));
  assert.ok(closed);
});
test("Behaviour() waits while there is no room, and saves no time up", async () => {
  assert.deepEqual(await timesTo(Sleepy(1050), Behaviour("abcde", { every: 100 }) as never), [1050, 1050, 1150, 1250, 1350]);
});
test("Behaviour() takes no turns between values, nor while it is paused", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  const behaviour = system.activate(Behaviour(loopingCounter(1), { every: 100 }));
  const { rest, advance } = stepper(system);
  rest();
  assert.deepEqual([advance(99).length, advance(1).length, advance(1000).length], [0, 1, 10]);
  behaviour.inboxes.inbox.deliver("pause");
  rest();
  assert.deepEqual(advance(1e9), []);
});
test("Behaviour() refuses an interval that is not above 0", () => {
  assert.throws(() => Behaviour([], { every: 0 }), { name: "RangeError", message: "Cannot send a value every 0 ms: give more than 0" });
});
test("bouncingFloat() goes down from 1.05 to 0.05 and up again", () => {
  const values = some(24, bouncingFloat(1)).map((value) => Math.round(value * 100) / 100);
  assert.deepEqual(values.slice(0, 12), [1.05, 0.95, 0.85, 0.75, 0.65, 0.55, 0.45, 0.35, 0.25, 0.15, 0.05, 0.15]);
  assert.equal(Math.max(...values.slice(12)), 1.05);
});
test("bouncingFloat() goes all the way at low speeds, too (the original's trembled at the top)", () => {
  const values = some(1000, bouncingFloat(0.3));
  assert.deepEqual([Math.max(...values), Math.min(...values)], [1.05, 0.05]);
});
test("cartesianPingPong() moves a point to and fro between the borders, and leaves the one that it was given (the original changed it)", () => {
  const point: [number, number] = [20, 70];
  assert.deepEqual(some(6, cartesianPingPong(point, 60, 100, 10)), [
    [30, 80],
    [40, 90],
    [50, 100],
    [60, 90],
    [50, 80],
    [40, 70],
  ]);
  assert.deepEqual(point, [20, 70]);
});
test("loopingCounter() begins again when it has come round", () => {
  assert.deepEqual(some(5, loopingCounter(3, 10)), [3, 6, 9, 2, 5]);
  assert.deepEqual(some(3, loopingCounter(180)), [180, 0, 180]);
});
test("continuousIdentity() gives the same again and again, as continuousZero and continuousOne did", () => {
  assert.deepEqual(
    [some(3, continuousIdentity(0)), some(3, continuousIdentity(1))],
    [
      [0, 0, 0],
      [1, 1, 1],
    ],
  );
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { at, drive, stepper, VirtualClock } from "../testing/index.ts";
import { timesOf } from "./parts.ts";
import { Throttle, type ThrottleOptions } from "./Throttle.ts";

const many = at({ 0: "a", 30: "b", 60: "c", 150: "d", 500: "e", 510: "f" });
async function throttled(options: ThrottleOptions): Promise<[string, number[]]> {
  return [(await drive(Throttle<string>(options), { inbox: many })).outbox.join(""), await timesOf(Throttle<string>(options), many)];
}

test("Throttle() sends the first at once, and the last of those that come meanwhile when the time is over", async () => {
  assert.deepEqual(await throttled({ every: 100 }), ["acdef", [0, 100, 200, 500, 600]]);
});
test("Throttle({ trailing: false }) drops those that come meanwhile", async () => {
  assert.deepEqual(await throttled({ every: 100, trailing: false }), ["ade", [0, 150, 500]]);
});
test("Throttle() of many that are there at once sends the first and the last", async () => {
  assert.deepEqual((await drive(Throttle<number>({ every: 10 }), { inbox: [1, 2, 3, 4] })).outbox, [1, 4]);
});
test("Throttle() never sends two within the time, however fast they come", async () => {
  const often = at(Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [i, i])));
  const times = await timesOf(Throttle<number>({ every: 7 }), often);
  assert.equal(times.length, Math.ceil(3000 / 7) + 1);
  for (const [i, time] of times.entries()) assert.equal(time, i * 7);
});
test("Throttle() sends nothing more on shutdownMicroprocess", async () => {
  const { outbox } = await drive(
    Throttle<string>({ every: 100 }),
    { inbox: at({ 0: "a", 10: "b" }) },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.deepEqual(outbox, ["a"]);
});
test("Throttle() takes no turns while nothing comes", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  system.activate(Throttle({ every: 1000 })).inboxes.inbox.deliver("a");
  const { rest, advance } = stepper(system);
  rest();
  assert.deepEqual([advance(999).length, advance(1).length, advance(1e9).length], [0, 1, 0]);
});
test("Throttle() refuses an interval that is not above 0", () => {
  assert.throws(() => Throttle({ every: 0 }), {
    name: "RangeError",
    message: "Cannot send a message every 0 ms: give a finite number above 0",
  });
  assert.throws(() => Throttle({ every: Infinity }), { name: "RangeError" });
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { at, drive, Feed, stepper, VirtualClock } from "../testing/index.ts";
import { Sleepy, timesTo } from "./parts.ts";
import { Timeout } from "./Timeout.ts";

const halting = at({ 0: "a", 90: "b", 1000: "c", 1050: "d" });

test("Timeout() sends messages on", async () => {
  assert.deepEqual((await drive(Timeout({ after: 1000 }), { inbox: halting })).outbox, ["a", "b", "c", "d"]);
});
test("Timeout() fails when no message comes for too long", async () => {
  await assert.rejects(drive(Timeout({ after: 100 }), { inbox: halting }), {
    message: "Timeout_1 failed: Cannot wait any longer: no message came for 100 ms",
  });
});
test('Timeout({ action: "end" }) ends then, and says why', async () => {
  const { outbox, signal } = await drive(Timeout({ after: 100, action: "end" }), { inbox: at({ 0: "a", 90: "b" }) }, { shutdown: false });
  assert.deepEqual([outbox, signal], [["a", "b"], [producerFinished("no message came for 100 ms")]]);
});
test('Timeout({ action: "tell" }) tells of each silence once, and goes on', async () => {
  const { outbox, timeout } = await drive(Timeout({ after: 100, action: "tell" }), { inbox: at({ 0: "a", 1000: "b", 5000: "c" }) });
  assert.deepEqual(
    [outbox, timeout],
    [
      ["a", "b", "c"],
      [100, 100],
    ],
  );
});
test("Timeout({ first }) lets the first message take longer", async () => {
  const { outbox, timeout } = await drive(Timeout({ after: 100, first: 1000, action: "tell" }), { inbox: at({ 900: "a", 1100: "b" }) });
  assert.deepEqual([outbox, timeout], [["a", "b"], [100]]);
});
test("Timeout() counts no time while its receiver has no room", async () => {
  const source = Pipeline.with({ boxSize: 1 })(Feed([1, 2, 3, 4, 5, 6]), Timeout<number>({ after: 100 }));
  assert.equal((await timesTo(Sleepy(10_000), source)).length, 6);
});
test("Timeout() takes no turns before the time is over, and none after it has told", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  system.activate(Timeout({ after: 1000, action: "tell" }));
  const { rest, advance } = stepper(system);
  rest();
  assert.deepEqual([advance(999).length, advance(1).length, advance(1e9).length], [0, 1, 0]);
});
test("Timeout() refuses a time that is not above 0", () => {
  assert.throws(() => Timeout({ after: 0 }), { name: "RangeError", message: "Cannot wait for a message for 0 ms: give more than 0" });
});
test("Timeout() refuses an action that there is not", () => {
  assert.throws(() => Timeout({ after: 1, action: "wait" as "tell" }), {
    name: "RangeError",
    message: 'Cannot wait for messages: action is "wait"; give "fail" or "end" or "tell"',
  });
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { at, drive, Feed, stepper, VirtualClock } from "../testing/index.ts";
import { Delay } from "./Delay.ts";
import { timesOf } from "./parts.ts";

test("Delay() sends each message on so many milliseconds after it came", async () => {
  assert.deepEqual(await timesOf(Delay(100), at({ 0: "a", 50: "b", 60: "c", 1000: "d" })), [100, 150, 160, 1100]);
});
test("Delay() by a function of the message keeps the order: a long wait holds up those behind it", async () => {
  const byWord = (word: string): number => word.length * 10;
  const inbox = at({ 0: "three", 10: "a", 20: "two", 300: "four" });
  assert.deepEqual(await timesOf(Delay(byWord), inbox), [50, 50, 50, 340]);
  assert.deepEqual((await drive(Delay(byWord), { inbox })).outbox, ["three", "a", "two", "four"]);
});
test("Delay() sends all that it holds, each at its time, when the producer has finished", async () => {
  const clock = new VirtualClock();
  const { outbox } = await drive(Delay<number>(60_000), { inbox: [1, 2, 3] }, { clock });
  assert.deepEqual([outbox, clock.now()], [[1, 2, 3], 60_000]);
});
test("Delay() holds as many as come", async () => {
  const numbers = Array.from({ length: 100_000 }, (_, i) => i);
  assert.deepEqual((await drive(Delay<number>(10), { inbox: numbers })).outbox, numbers);
});
test("Delay({ buffer }) holds so many at most, and whoever sends more", async () => {
  let made = 0;
  const words = function* (): Generator<number> {
    for (; made < 1000; made++) yield made;
  };
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  system.activate(Pipeline.with({ boxSize: 1 })(Feed(words()), Delay<number>(1000, { buffer: 10 })));
  stepper(system).rest();
  assert.ok(made >= 10 && made <= 13, `${made}`);
});
test("Delay() stops at once on shutdownMicroprocess", async () => {
  const clock = new VirtualClock();
  const { outbox } = await drive(Delay(1e6), { inbox: ["a"] }, { clock, shutdown: "shutdownMicroprocess" });
  assert.deepEqual([outbox, clock.now()], [[], 0]);
});
test("Delay() takes no turns while nothing is due", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  system.activate(Delay(1000)).inboxes.inbox.deliver("a");
  const { rest, advance } = stepper(system);
  rest();
  assert.deepEqual([advance(999).length, advance(1).length, advance(1e9).length], [0, 1, 0]);
});
test("Delay() refuses what cannot be", async () => {
  assert.throws(() => Delay(-1), { name: "RangeError", message: "Cannot delay a message by -1 ms: give a finite number from 0" });
  assert.throws(() => Delay(Infinity), { name: "RangeError" });
  assert.throws(() => Delay(1, { buffer: 0 }), { name: "RangeError", message: "Cannot hold 0 messages: give 1 or more" });
  await assert.rejects(
    drive(
      Delay(() => Number.NaN),
      { inbox: [1] },
    ),
    { message: "Delay_1 failed: Cannot delay a message by NaN ms: give a finite number from 0" },
  );
});

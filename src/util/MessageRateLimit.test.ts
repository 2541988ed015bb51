// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { at, drive, Feed, stepper, VirtualClock } from "../testing/index.ts";
import { MessageRateLimit } from "./MessageRateLimit.ts";
import { LateClock, Sleepy, timesOf, timesTo } from "./parts.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const HOUR = 3_600_000;

for (const [rate, clock] of [
  [29.97, new VirtualClock()],
  [100 / 3, new LateClock(20)],
  [5, new LateClock(1)],
] as const) {
  test(`MessageRateLimit() keeps ${rate} messages a second within 0.1 % over an hour, and never exceeds it (${clock.constructor.name})`, async () => {
    const messages = numbers(Math.round((rate * HOUR) / 1000));
    const times = await timesOf(MessageRateLimit<number>(rate), messages, clock);
    assert.equal(times.length, messages.length);
    assert.ok(Math.abs(times.at(-1)! / HOUR - 1) < 0.001, `${times.at(-1)} ms`);
    for (const [i, time] of times.entries()) assert.ok(time >= (i * 1000) / rate - 1e-3, `${i} came at ${time}`);
  });
}
test("MessageRateLimit() sends all messages, in order", async () => {
  assert.deepEqual((await drive(MessageRateLimit<number>(1000), { inbox: numbers(300) })).outbox, numbers(300));
});
test("MessageRateLimit() waits until the buffer is full", async () => {
  const inbox = at({ 0: "a", 100: "b", 1000: "c", 5000: "d" });
  assert.deepEqual(await timesOf(MessageRateLimit(10, { buffer: 3 }), inbox), [1000, 1100, 1200, 5000]);
});
test("MessageRateLimit() sends what it has when the producer finishes before the buffer is full (the original lost it)", async () => {
  assert.deepEqual(await timesOf(MessageRateLimit(10), ["a", "b", "c"]), [0, 100, 200]);
});
test("MessageRateLimit() takes a buffer larger than the boxes", async () => {
  const list = await drive(
    Pipeline.with({ boxSize: 2 })(Feed(numbers(1000)), MessageRateLimit<number>(1e4, { buffer: 500 })),
    {},
    { shutdown: false },
  );
  assert.deepEqual(list.outbox, numbers(1000));
});
test("MessageRateLimit() never exceeds its rate: no time is saved up while nothing comes", async () => {
  const inbox = at({ 0: "a", 950: "b", 960: "c", 970: "d" });
  assert.deepEqual(await timesOf(MessageRateLimit(10, { buffer: 0 }), inbox), [0, 950, 1050, 1150]);
});
test("MessageRateLimit() never exceeds its rate by a tenth (the original did)", async () => {
  const times = await timesOf(MessageRateLimit<number>(10, { buffer: 0 }), numbers(101));
  assert.equal(times.at(-1), 10_000);
});
test("MessageRateLimit() saves no time up while the receiver has no room", async () => {
  const source = Pipeline(Feed(numbers(6)), MessageRateLimit<number>(10, { buffer: 0 }));
  assert.deepEqual(await timesTo(Sleepy(1050), source), [1050, 1050, 1050, 1150, 1250, 1350]);
});
test("MessageRateLimit({ hardLimit }) drops the oldest of those that wait", async () => {
  const { outbox } = await drive(MessageRateLimit<number>(10, { buffer: 2, hardLimit: 3 }), { inbox: numbers(10) });
  assert.deepEqual(outbox, [7, 8, 9]);
  const later = at(Object.fromEntries(numbers(10).map((n) => [n * 10, n])));
  assert.deepEqual((await drive(MessageRateLimit<number>(10, { buffer: 0, hardLimit: 2 }), { inbox: later })).outbox, [0, 8, 9]);
});
test("MessageRateLimit() stops at once on shutdownMicroprocess, also while it fills its buffer", async () => {
  for (const buffer of [0, 60]) {
    const clock = new VirtualClock();
    const limit = MessageRateLimit<number>(1, { buffer });
    await drive(limit, { inbox: numbers(10) }, { clock, shutdown: "shutdownMicroprocess" });
    assert.equal(clock.now(), 0);
  }
});
test("MessageRateLimit() takes no turns between messages (the original waited busily)", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  const limit = system.activate(MessageRateLimit<number>(1, { buffer: 0 }));
  for (const n of numbers(5)) limit.inboxes.inbox.deliver(n);
  const { rest, advance } = stepper(system);
  rest();
  assert.deepEqual([advance(999).length, advance(1).length, advance(2000).length, advance(1e9).length], [0, 1, 2, 1]);
});
test("MessageRateLimit() refuses what cannot be", () => {
  assert.throws(() => MessageRateLimit(0), { name: "RangeError", message: "Cannot send 0 messages per second: give more than 0" });
  assert.throws(() => MessageRateLimit(1, { buffer: 5, hardLimit: 4 }), {
    name: "RangeError",
    message: "Cannot buffer 5 messages and keep 4: the hard limit has to be as large, or 0 for none",
  });
  for (const buffer of [-1, 1.5, Number.NaN])
    assert.throws(() => MessageRateLimit(1, { buffer }), { name: "RangeError", message: /^Cannot wait for messages: / });
});

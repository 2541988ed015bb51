// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { at, drive, stepper, VirtualClock } from "../testing/index.ts";
import { Debounce, type DebounceOptions } from "./Debounce.ts";
import { timesOf } from "./parts.ts";

const burst = at({ 0: "a", 50: "b", 120: "c", 500: "d", 2000: "e" });
async function debounced(options: DebounceOptions, inbox = burst): Promise<[string, number[]]> {
  return [(await drive(Debounce<string>(options), { inbox })).outbox.join(""), await timesOf(Debounce<string>(options), inbox)];
}

test("Debounce() sends the last message of a burst when it has been quiet for a while", async () => {
  assert.deepEqual(await debounced({ quiet: 100 }), ["cde", [220, 600, 2000]]);
});
test("Debounce() sends what it has at once when the producer finishes", async () => {
  assert.deepEqual(await debounced({ quiet: 1e6 }), ["e", [2000]]);
});
test("Debounce({ max }) does not let a burst go on for ever", async () => {
  const often = at(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [i * 10, `${i} `])));
  const [text, times] = await debounced({ quiet: 50, max: 300 }, often);
  assert.deepEqual(times, [300, 610, 920, 990]);
  assert.match(text, /^30 61 92 99 $/);
});
test("Debounce({ max }) holds also when messages never stop at all", () => {
  const clock = new VirtualClock({ auto: false });
  const system = new System({ manual: true, clock });
  const debounce = system.activate(Debounce<number>({ quiet: 10, max: 20 }));
  const { rest } = stepper(system);
  for (let i = 0; i < 100; i++) {
    debounce.inboxes.inbox.deliver(i);
    clock.advance(1);
    rest();
  }
  assert.ok(debounce.outboxes.outbox.drops >= 4, `${debounce.outboxes.outbox.drops} were sent`);
});
test("Debounce({ leading }) sends the first of a burst, too, but a single message only once", async () => {
  assert.deepEqual(await debounced({ quiet: 100, leading: true }), ["acde", [0, 220, 500, 2000]]);
});
test("Debounce() takes messages that are undefined", async () => {
  assert.deepEqual((await drive(Debounce({ quiet: 100 }), { inbox: [1, undefined] })).outbox, [undefined]);
});
test("Debounce() sends nothing more on shutdownMicroprocess", async () => {
  assert.deepEqual(
    (await drive(Debounce({ quiet: 100 }), { inbox: at({ 0: "a", 50: "b" }) }, { shutdown: "shutdownMicroprocess" })).outbox,
    [],
  );
});
test("Debounce() takes no turns while it is quiet", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  system.activate(Debounce({ quiet: 1000 })).inboxes.inbox.deliver("a");
  const { rest, advance } = stepper(system);
  rest();
  assert.deepEqual([advance(999).length, advance(1).length, advance(1e9).length], [0, 1, 0]);
});
test("Debounce() refuses times below 0", () => {
  assert.throws(() => Debounce({ quiet: -1 }), { name: "RangeError", message: "Cannot wait for -1 ms of quiet: give 0 or more" });
  assert.throws(() => Debounce({ quiet: 1, max: -5 }), { name: "RangeError" });
});

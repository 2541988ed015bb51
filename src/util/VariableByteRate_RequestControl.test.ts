// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { at, drive, stepper, VirtualClock } from "../testing/index.ts";
import { timesOf } from "./parts.ts";
import { VariableByteRate_RequestControl } from "./VariableByteRate_RequestControl.ts";

test("VariableByteRate_RequestControl() asks like the one whose rate is fixed, until there is another rate", async () => {
  const { outbox } = await drive(VariableByteRate_RequestControl({ rate: 100, chunkRate: 3 }), { inbox: at({ 1999: 100 }) });
  assert.deepEqual(outbox, [33, 33, 34, 33, 33, 34]);
});
test("VariableByteRate_RequestControl() takes a new rate at the moment it comes: of a chunk that is half due, half is left", async () => {
  const times = await timesOf(VariableByteRate_RequestControl({ rate: 10, chunkSize: 10 }), at({ 1500: 20, 2600: 5, 6000: 5 }));
  assert.deepEqual(
    times.map((time) => Math.round(time * 1e6) / 1e6),
    [0, 1000, 1750, 2250, 3200, 5200],
  );
});
test("VariableByteRate_RequestControl() does not drift, however often the rate changes", async () => {
  const rates: Record<number, number> = {};
  for (let i = 1; i <= 36_000; i++) rates[i * 100] = 900 + ((i * 7919) % 200);
  const { outbox } = await drive(VariableByteRate_RequestControl({ rate: 900, chunkSize: 7 }), { inbox: at(rates) });
  const due = [900, ...Object.values(rates)].slice(0, -1).reduce((total, rate) => total + rate / 10, 0);
  const total = outbox.reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(total - due) <= 8, `${total} of ${due}`);
});
test("VariableByteRate_RequestControl() asks for nothing at a rate of 0, and goes on with the next one", async () => {
  const times = await timesOf(VariableByteRate_RequestControl({ rate: 10, chunkSize: 10 }), at({ 1500: 0, 61_500: 10, 63_100: 10 }));
  assert.deepEqual(times, [0, 1000, 62_000, 63_000]);
});
test("VariableByteRate_RequestControl() takes no turns between requests (the original waited busily)", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  system.activate(VariableByteRate_RequestControl({ rate: 1, chunkSize: 1 }));
  const { rest, advance } = stepper(system);
  rest();
  assert.deepEqual([advance(999).length, advance(1).length, advance(10_000).length], [0, 1, 10]);
});
test("VariableByteRate_RequestControl() fails for a rate below 0", async () => {
  await assert.rejects(drive(VariableByteRate_RequestControl(), { inbox: [-1] }), {
    message: "VariableByteRate_RequestControl_1 failed: Cannot ask for -1 items a second: give 0 or more",
  });
  assert.throws(() => VariableByteRate_RequestControl({ rate: -1 }), { name: "RangeError" });
});

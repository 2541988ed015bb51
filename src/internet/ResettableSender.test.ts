// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { at, drive, VirtualClock } from "../testing/index.ts";
import { ResettableSender } from "./ResettableSender.ts";

test("ResettableSender() sends once, after five seconds of silence, and ends", async () => {
  const clock = new VirtualClock();
  assert.deepEqual((await drive(ResettableSender(), {}, { clock, shutdown: false })).outbox, ["NEXT"]);
  assert.equal(clock.now(), 5000);
});

test("ResettableSender() starts anew with each message", async () => {
  const clock = new VirtualClock();
  const sender = ResettableSender({ timeout: 100, message: "late" });
  const { outbox } = await drive(sender, { inbox: at({ 50: "a", 149: "b", 200: "c" }) }, { clock, shutdown: false });
  assert.deepEqual(outbox, ["late"]);
  assert.equal(clock.now(), 300);
});

test("ResettableSender() sends nothing when it is told to stop before (the original did not hear that)", async () => {
  for (const message of [producerFinished(), shutdownMicroprocess()]) {
    const clock = new VirtualClock();
    const { outbox, signal } = await drive(ResettableSender(), { control: at({ 100: message }) }, { clock, shutdown: false });
    assert.deepEqual([outbox, signal, clock.now()], [[], [message], 100]);
  }
});

test("ResettableSender() refuses a time that there cannot be", () => {
  for (const timeout of [-1, NaN]) assert.throws(() => ResettableSender({ timeout }), RangeError);
});

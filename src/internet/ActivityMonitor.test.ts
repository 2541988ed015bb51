// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { at, drive } from "../testing/index.ts";
import { ActivityMonitor } from "./ActivityMonitor.ts";

test("ActivityMonitor() passes three streams on, each to its own box, and says so once for all that pass in a turn", async () => {
  const sent = await drive(ActivityMonitor(), { inbox: at({ 0: 1, 10: 3 }), inbox2: at({ 0: "a" }), inbox3: at({ 20: true }) });
  assert.deepEqual([sent.outbox, sent.outbox2, sent.outbox3], [[1, 3], ["a"], [true]]);
  assert.ok(sent.observed.length >= 3 && sent.observed.length <= 5, `${sent.observed.length}`);
  assert.ok(sent.observed.every((message) => message === "RESET"));
});

test("ActivityMonitor() says what it is told to say", async () => {
  const sent = await drive(ActivityMonitor({ message: { alive: true } }), { inbox: [1, 2, 3] });
  assert.deepEqual(sent.observed[0], { alive: true });
});

test("ActivityMonitor() passes on all it has before it ends, and stops at once when it is told to", async () => {
  const drained = await drive(ActivityMonitor(), { inbox: [1, 2, 3], control: [producerFinished("done")] }, { shutdown: false });
  assert.deepEqual([drained.outbox, drained.signal], [[1, 2, 3], [producerFinished("done")]]);
  const stopped = await drive(ActivityMonitor(), { inbox: [1, 2, 3], control: [shutdownMicroprocess("now")] }, { shutdown: false });
  assert.deepEqual([stopped.outbox, stopped.signal], [[], [shutdownMicroprocess("now")]]);
});

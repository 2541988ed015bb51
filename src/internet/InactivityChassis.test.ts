// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { producerFinished } from "../axon/index.ts";
import { at, drive, Echo, VirtualClock } from "../testing/index.ts";
import { InactivityChassis } from "./InactivityChassis.ts";

const IDLE = producerFinished("nothing came or went for 2000 ms");

test("InactivityChassis() ends its component when nothing has come or gone for two seconds, and not before", async () => {
  for (const made of [Echo<number>(), Pipeline(Echo<number>(), Echo<number>())]) {
    const clock = new VirtualClock();
    const inbox = at({ 0: 1, 1900: 2, 3800: 3 });
    const { outbox, signal } = await drive(InactivityChassis(made), { inbox }, { clock, shutdown: false });
    assert.deepEqual([outbox, signal], [[1, 2, 3], [IDLE]]);
    assert.ok(clock.now() >= 5800 && clock.now() <= 6300, `${clock.now()}`);
  }
});

test("InactivityChassis() passes everything on, shutdown messages included", async () => {
  const clock = new VirtualClock();
  const sent = await drive(InactivityChassis(Echo<number>(), { timeout: 10 }), { inbox: [1, 2, 3] }, { clock });
  assert.deepEqual([sent.outbox, sent.signal, clock.now()], [[1, 2, 3], [producerFinished()], 0]);
});

test("InactivityChassis() refuses a time that there cannot be, and what is no component", () => {
  assert.throws(() => InactivityChassis(Echo(), { timeout: 0 }), RangeError);
  assert.throws(
    () => InactivityChassis(undefined as never),
    /^TypeError: Cannot watch undefined for signs of life: it is not a component$/,
  );
});

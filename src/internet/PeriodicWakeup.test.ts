// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished } from "../axon/index.ts";
import { at, drive, VirtualClock } from "../testing/index.ts";
import { PeriodicWakeup } from "./PeriodicWakeup.ts";

test("PeriodicWakeup() ticks every five minutes, or as often as it is told, until it is told to stop", async () => {
  for (const [options, interval] of [
    [{}, 300_000],
    [{ interval: 1000 }, 1000],
  ] as const) {
    const clock = new VirtualClock();
    const control = at({ [interval * 3.5]: producerFinished() });
    const { outbox, signal } = await drive(PeriodicWakeup(options), { control }, { clock, shutdown: false });
    assert.deepEqual([outbox, signal], [["tick", "tick", "tick"], [producerFinished()]]);
    assert.equal(clock.now(), interval * 3.5);
  }
});

test("PeriodicWakeup() refuses a time that there cannot be", () => {
  assert.throws(() => PeriodicWakeup({ interval: 0 }), RangeError);
});

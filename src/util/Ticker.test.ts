// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, System } from "../axon/index.ts";
import { drive, stepper, VirtualClock } from "../testing/index.ts";
import { Ticker, type TickerOptions } from "./Ticker.ts";
import { LateClock, Sleepy, timesOf, timesTo } from "./parts.ts";

test("Ticker() ticks after each interval", async () => {
  assert.deepEqual(await timesOf(Ticker({ every: 100, times: 3 })), [100, 200, 300]);
});
test("Ticker({ delay: 0 }) ticks at once, too, as the original's clock does", async () => {
  assert.deepEqual(await timesOf(Ticker({ every: 100, times: 3, delay: 0 })), [0, 100, 200]);
});
test("Ticker({ message }) sends it; otherwise true", async () => {
  assert.deepEqual((await drive(Ticker({ every: 1, times: 2, message: "tick" }), {}, { shutdown: false })).outbox, ["tick", "tick"]);
  assert.deepEqual((await drive(Ticker({ every: 1, times: 2 }), {}, { shutdown: false })).outbox, [true, true]);
});
test("Ticker() ends after so many ticks, at the time of the last one", async () => {
  const clock = new VirtualClock();
  const { signal } = await drive(Ticker({ every: 60_000, times: 60 }), {}, { clock, shutdown: false });
  assert.deepEqual([clock.now(), signal], [3_600_000, [producerFinished()]]);
});
test("Ticker() does not drift with a clock whose timers are late", async () => {
  const times = await timesOf(Ticker({ every: 1.1, times: 100_000 }), undefined, new LateClock(0.7));
  assert.ok(Math.abs(times.at(-1)! - 110_000) < 1, `${times.at(-1)} ms`);
});
test("Ticker() leaves out the ticks for which there is no room but for the last one, and stays in step", async () => {
  assert.deepEqual(await timesTo(Sleepy(1050), Ticker({ every: 100, delay: 0, times: 5 })), [1050, 1050, 1050, 1100, 1200]);
});
test("Ticker() can be stopped by both messages (the original's clock could not), at once", async () => {
  for (const shutdown of ["producerFinished", "shutdownMicroprocess"] as const) {
    const clock = new VirtualClock();
    const { signal, outbox } = await drive(Ticker({ every: 1e6 }), {}, { shutdown, clock });
    assert.deepEqual([signal[0]?.type, outbox, clock.now()], [shutdown, [], 0]);
  }
});
test("Ticker() takes one turn for each tick, and no thread (the original's clock took one each)", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  system.activate(Ticker({ every: 100 }));
  const { rest, advance } = stepper(system);
  rest();
  assert.deepEqual([advance(99).length, advance(1).length, advance(1000).length], [0, 1, 10]);
});
test("Ticker() refuses times that cannot be", () => {
  assert.throws(() => Ticker({ every: 0 }), { name: "RangeError", message: "Cannot tick every 0 ms: give a finite number above 0" });
  assert.throws(() => Ticker({ every: Infinity }), { name: "RangeError" });
  assert.throws(() => Ticker({ every: Number.NaN } satisfies TickerOptions), { name: "RangeError" });
  assert.throws(() => Ticker({ every: 1, delay: -1 }), { message: "Cannot begin to tick after -1 ms: give a finite number from 0" });
  assert.throws(() => Ticker({ every: 1, times: Number.NaN }), { name: "RangeError" });
});

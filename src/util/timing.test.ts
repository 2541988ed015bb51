// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Component } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import {
  Behaviour,
  ByteRate_RequestControl,
  Debounce,
  Delay,
  MessageRateLimit,
  Throttle,
  Ticker,
  Timeout,
  VariableByteRate_RequestControl,
} from "./index.ts";
import { CreepingClock, timesOf } from "./parts.ts";

const numbers = Array.from({ length: 300 }, (_, i) => i);
const parts: Record<string, [() => Component<any, { outbox: any }>, sends: number]> = {
  Behaviour: [() => Behaviour(numbers, { every: 3 }), 300],
  Debounce: [() => Debounce({ quiet: 0 }), 1],
  Delay: [() => Delay((n: number) => 1 + (n % 7) / 1000), 300],
  MessageRateLimit: [() => MessageRateLimit(333, { buffer: 0 }), 300],
  Throttle: [() => Throttle({ every: 3 }), 2],
  Ticker: [() => Ticker({ every: 1 / 3, times: 300 }), 300],
  Timeout: [() => Timeout({ after: 3 }), 300],
};
for (const [name, [make, sends]] of Object.entries(parts)) {
  test(`${name}() does not mind that time goes on between two looks at the clock`, async () => {
    const part = make();
    const inputs = "inbox" in part.inboxes && name !== "Behaviour" ? numbers : undefined;
    assert.equal((await timesOf(part, inputs, new CreepingClock())).length, sends);
  });
}
test("ByteRate_RequestControl() and the variable one do not mind either", async () => {
  for (const make of [ByteRate_RequestControl, VariableByteRate_RequestControl]) {
    const asking = drive(make({ rate: 300, chunkSize: 1 }), {}, { clock: new CreepingClock(), shutdown: false, time: 1000 });
    await assert.rejects(asking, /does not end: it has run for/);
  }
});

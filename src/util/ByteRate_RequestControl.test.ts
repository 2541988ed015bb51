// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { stepper, ToList, VirtualClock } from "../testing/index.ts";
import { ByteRate_RequestControl } from "./ByteRate_RequestControl.ts";
import { LateClock } from "./parts.ts";
import type { ByteRateOptions } from "./requests.ts";

/** What it asks for in so many milliseconds, and the turns it takes for that. */
function asked(
  options: ByteRateOptions,
  milliseconds: number,
  clock = new VirtualClock({ auto: false }),
): { requests: number[]; turns: number } {
  const system = new System({ manual: true, clock });
  const requests: number[] = [];
  const control = system.activate(ByteRate_RequestControl(options));
  const sink = system.activate(ToList(requests));
  control.link(control.outboxes.outbox, sink.inboxes.inbox);
  const turns = stepper(system)
    .advance(milliseconds)
    .filter((name) => name === control.name).length;
  control.stop();
  sink.stop();
  stepper(system).rest();
  return { requests, turns };
}
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

test("ByteRate_RequestControl() asks for a chunk at once, and then at regular times", () => {
  assert.deepEqual(asked({ rate: 12, chunkSize: 4 }, 1000).requests, [4, 4, 4, 4]);
  assert.deepEqual(asked({ rate: 12, chunkRate: 2 }, 999).requests, [6, 6]);
  assert.deepEqual(asked({ rate: 10, chunkSize: 3 }, 899).requests, [3, 3, 3]);
});
test("ByteRate_RequestControl() asks for 100,000 items a second in 10 chunks unless it is told otherwise", () => {
  assert.deepEqual(asked({}, 150).requests, [10_000, 10_000]);
});
test("ByteRate_RequestControl() asks for whole numbers whose fractions average out: 33, 33 and 34 (the original asked for 33, 33, 33 and 1)", () => {
  assert.deepEqual(asked({ rate: 100, chunkRate: 3 }, 1999).requests, [33, 33, 34, 33, 33, 34]);
});
test("ByteRate_RequestControl() asks for nothing where less than one item is due", () => {
  assert.deepEqual(asked({ rate: 1, chunkRate: 4 }, 1999).requests, [1, 1]);
});
for (const options of [
  { rate: 44_100 * 1.001, chunkRate: 29.97 },
  { rate: 1000, chunkSize: 17.3 },
  { rate: 0.3, chunkSize: 0.1 },
]) {
  test(`ByteRate_RequestControl() does not drift in an hour: ${JSON.stringify(options)}`, () => {
    const { requests } = asked(options, 3_600_000 - 0.001);
    const due = options.rate * 3600;
    assert.ok(Math.abs(sum(requests) - due) <= (options.chunkSize ?? options.rate / options.chunkRate!) + 1, `${sum(requests)} of ${due}`);
  });
}
test("ByteRate_RequestControl() makes good what a late clock has delayed", async () => {
  const clock = new LateClock(30);
  const control = ByteRate_RequestControl({ rate: 1000, chunkSize: 10 });
  const list: number[] = [];
  const system = new System({ clock });
  system.activate(control);
  const sink = system.activate(ToList(list));
  control.link(control.outboxes.outbox, sink.inboxes.inbox);
  clock.setTimer(() => [control, sink].forEach((part) => part.stop()), 60_000);
  await system.run();
  assert.ok(Math.abs(sum(list) - 60_000) < 100, `${sum(list)}`);
  assert.deepEqual([...new Set(list)], [10]);
});
test("ByteRate_RequestControl({ allowChunkAggregation }) asks once for all that is late; otherwise for one chunk after the other", () => {
  for (const [allowChunkAggregation, expected] of [
    [true, [10, 100]],
    [false, [10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10]],
  ] as const) {
    const clock = new VirtualClock({ auto: false });
    const system = new System({ manual: true, clock });
    const list: number[] = [];
    const control = system.activate(ByteRate_RequestControl({ rate: 100, chunkSize: 10, allowChunkAggregation }));
    const sink = system.activate(ToList(list));
    control.link(control.outboxes.outbox, sink.inboxes.inbox);
    stepper(system).rest();
    clock.advance(1000); // nobody has a turn meanwhile
    stepper(system).rest();
    assert.deepEqual(list, expected);
  }
});
test("ByteRate_RequestControl() takes a turn for each request, and none between (the original waited busily)", () => {
  assert.equal(asked({ rate: 10, chunkSize: 1 }, 9_950).turns, 100);
});
test("ByteRate_RequestControl() ends at once on both messages, and passes them on", async () => {
  for (const type of ["producerFinished", "shutdownMicroprocess"] as const) {
    const system = new System({ manual: true });
    const control = system.activate(ByteRate_RequestControl());
    const sink = system.activate(ToList([]));
    control.link(control.outboxes.signal, sink.inboxes.control);
    control.stop({ type, message: "enough" });
    stepper(system).rest();
    assert.deepEqual([control.isStopped, sink.shutdown], [true, { type, message: "enough" }]);
  }
});
test("ByteRate_RequestControl() refuses rates and chunks that cannot be", () => {
  assert.throws(() => ByteRate_RequestControl({ chunkSize: 4, chunkRate: 2 }), {
    name: "RangeError",
    message: "Cannot ask for 4 items and 2 times a second: give chunkSize or chunkRate, not both",
  });
  assert.throws(() => ByteRate_RequestControl({ rate: 0 }), {
    name: "RangeError",
    message: "Cannot ask for 0 items a second in chunks of 0: both have to be numbers above 0",
  });
  assert.throws(() => ByteRate_RequestControl({ chunkRate: 0 }), { name: "RangeError" });
  assert.throws(() => ByteRate_RequestControl({ rate: Infinity, chunkSize: 5, allowChunkAggregation: true }), { name: "RangeError" });
});

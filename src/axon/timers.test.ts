// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seedOf } from "../testing/index.ts";
import { TimerQueue } from "./index.ts";

/** Takes out all that is due by then, and answers what it was. */
function takeAll(queue: TimerQueue, now = Infinity): number[] {
  const times: number[] = [];
  for (let due = queue.take(now); due !== undefined; due = queue.take(now)) times.push(due.at);
  return times;
}

test("TimerQueue() gives calls in the order in which they fall due", () => {
  const queue = new TimerQueue();
  for (const at of [30, 10, 20, 0, 15]) queue.add(at, () => {});
  assert.deepEqual([takeAll(queue, 15), queue.size, takeAll(queue)], [[0, 10, 15], 2, [20, 30]]);
});
test("TimerQueue() gives calls that are due at one time in the order in which they were set", () => {
  const queue = new TimerQueue();
  const called: number[] = [];
  for (let i = 0; i < 10; i++) queue.add(5, () => called.push(i));
  for (let due = queue.take(5); due !== undefined; due = queue.take(5)) due.callback();
  assert.deepEqual(called, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
test("TimerQueue() does not give calls that were cancelled, and cancelling what was taken does nothing", () => {
  const queue = new TimerQueue();
  const [a, b, c] = [1, 2, 3].map((at) => queue.add(at, () => {}));
  queue.cancel(b!);
  queue.cancel(b!);
  assert.equal(queue.size, 2);
  assert.equal(queue.take(9), a);
  queue.cancel(a!);
  assert.deepEqual([queue.size, queue.take(9), queue.size], [1, c, 0]);
});
test("TimerQueue() keeps no more cancelled calls than others: a wait with a timeout for each message does not fill the memory", () => {
  const queue = new TimerQueue();
  for (let i = 0; i < 100_000; i++) queue.cancel(queue.add(60_000 + i, () => {}));
  assert(queue.places <= 130, `${queue.places} places`);
});
test("TimerQueue() behaves like a sorted list, whatever is added, cancelled and taken", () => {
  const act = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ cancel: fc.nat() }),
    fc.record({ take: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ addMany: fc.integer({ min: 60, max: 200 }) }),
    fc.record({ cancelMany: fc.nat({ max: 200 }) }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const queue = new TimerQueue();
      let model: { at: number; order: number; due: ReturnType<TimerQueue["add"]> }[] = [];
      let order = 0;
      const add = (at: number): void => {
        model.push({ at, order: order++, due: queue.add(at, () => {}) });
        model.sort((a, b) => a.at - b.at || a.order - b.order);
      };
      const cancel = (i: number): void => {
        const [gone] = model.splice(i % Math.max(1, model.length), 1);
        if (gone !== undefined) queue.cancel(gone.due);
      };
      for (const one of acts) {
        if ("add" in one) add(one.add);
        else if ("cancel" in one) cancel(one.cancel);
        else if ("addMany" in one) for (let i = 0; i < one.addMany; i++) add((i * 7) % 50);
        else if ("cancelMany" in one) for (let i = 0; i < one.cancelMany; i++) cancel(i * 13);
        else {
          const expected = model.filter(({ at }) => at <= one.take);
          model = model.filter(({ at }) => at > one.take);
          for (const { due } of expected) assert.equal(queue.take(one.take), due);
          assert.equal(queue.take(one.take), undefined);
        }
        assert.equal(queue.size, model.length);
      }
    }),
    { seed: seedOf("TimerQueue") },
  );
});
test("TimerQueue() never gives a call that is due at Infinity", () => {
  const queue = new TimerQueue();
  for (const at of [Infinity, 5]) queue.add(at, () => {});
  assert.deepEqual([takeAll(queue), queue.size], [[5], 1]);
});
test("TimerQueue() refuses a time that is no number, which would disturb the order of all", () => {
  assert.throws(() => new TimerQueue().add(NaN, () => {}), RangeError);
});

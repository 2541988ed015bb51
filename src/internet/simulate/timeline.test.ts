// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../axon/index.ts";
import { LazyTimer } from "./tcp/lazyTimer.ts";
import { NEVER, Once, Timeline } from "./timeline.ts";

function run(timeline: Timeline): void {
  while (timeline.next !== NEVER) timeline.step();
}

test("a timeline lets things happen in order of time, those at the same time in the order in which they came", () => {
  const timeline = new Timeline(0);
  const random = new SeededRandom(1);
  const happened: { at: number; id: number }[] = [];
  for (let id = 0; id < 5000; id++) {
    const at = random.integer(500);
    timeline.schedule(at, new Once(() => happened.push({ at: timeline.time, id })));
  }
  run(timeline);
  assert.equal(happened.length, 5000);
  for (let i = 1; i < happened.length; i++) {
    const [a, b] = [happened[i - 1]!, happened[i]!];
    assert.ok(a.at < b.at || (a.at === b.at && a.id < b.id));
  }
});

test("timers that are cancelled do not ring, do not move the time, and do not pile up", () => {
  const timeline = new Timeline(1000);
  let rang = 0;
  const timers = Array.from({ length: 2000 }, (_, i) => timeline.setTimer(() => rang++, 1000 + i));
  timeline.setTimer(() => rang++, 10);
  for (const timer of timers) timer.cancel();
  run(timeline);
  assert.deepEqual([rang, timeline.now(), timeline.wallTime()], [1, 10, 1010]);
});

test("a timer that is cancelled while another rings leaves that one in its place", () => {
  const timeline = new Timeline(0);
  const rang: number[] = [];
  const timers = Array.from({ length: 1000 }, (_, i) => timeline.setTimer(() => rang.push(i), 100));
  timeline.setTimer(() => {
    for (const timer of timers.slice(0, 999)) timer.cancel();
    rang.push(-1);
  }, 50);
  run(timeline);
  assert.deepEqual(rang, [-1, 999]);
});

test("a lazy timer rings when it was set to last, earlier or later than before", () => {
  const timeline = new Timeline(0);
  const rang: number[] = [];
  const timer = new LazyTimer(timeline, () => rang.push(timeline.time));
  timer.set(100);
  timer.set(300);
  timer.set(200);
  run(timeline);
  timer.set(250);
  timer.clear();
  run(timeline);
  timer.set(260);
  timer.clear();
  timer.set(270);
  run(timeline);
  assert.deepEqual(rang, [200, 270]);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess, System } from "../axon/index.ts";
import { at, drive, stepper, VirtualClock } from "../testing/index.ts";
import { type CountedWindow, type TimedWindow, Window } from "./Window.ts";

const windows = async (options: CountedWindow, count: number): Promise<string[]> => {
  const { outbox } = await drive(Window<number>(options), { inbox: Array.from({ length: count }, (_, i) => i + 1) });
  return outbox.map((list) => list.join(""));
};
const timed = async (options: TimedWindow, times: Record<number, string>): Promise<string[]> => {
  const { outbox } = await drive(Window<string>(options), { inbox: at(times) });
  return outbox.map((list) => list.join(""));
};

test("Window({ size }) sends each message in one list; the last one may be shorter", async () => {
  assert.deepEqual(await windows({ size: 3 }, 7), ["123", "456", "7"]);
  assert.deepEqual(await windows({ size: 3 }, 6), ["123", "456"]);
  assert.deepEqual(await windows({ size: 3 }, 0), []);
});
test("Window({ size, step }) slides", async () => {
  assert.deepEqual(await windows({ size: 3, step: 1 }, 5), ["123", "234", "345"]);
  assert.deepEqual(await windows({ size: 3, step: 2 }, 6), ["123", "345", "56"]);
  assert.deepEqual(await windows({ size: 3, step: 1 }, 2), ["12"]);
});
test("Window({ size, step }) leaves messages out when the step is long", async () => {
  assert.deepEqual(await windows({ size: 2, step: 3 }, 8), ["12", "45", "78"]);
  assert.deepEqual(await windows({ size: 1, step: 3 }, 7), ["1", "4", "7"]);
});
test("Window({ within }) sends what came in each interval, and no empty lists", async () => {
  assert.deepEqual(await timed({ within: 100 }, { 0: "a", 99: "b", 100: "c", 450: "d" }), ["ab", "c", "d"]);
});
test("Window({ within, every }) slides over the time", async () => {
  const times = { 0: "a", 60: "b", 110: "c", 170: "d" };
  assert.deepEqual(await timed({ within: 100, every: 50 }, times), ["a", "ab", "bc", "cd"]);
});
test("Window({ within, every }) leaves out what came between two windows", async () => {
  assert.deepEqual(await timed({ within: 10, every: 100 }, { 50: "a", 95: "b", 195: "c", 300: "d" }), ["b", "c"]);
  assert.deepEqual(await timed({ within: 1, every: 1e7 }, { 9_999_998: "a", 9_999_999: "b", 10_000_000: "c" }), ["b"]);
});
test("Window({ within }) sets no timer while there is nothing to send", async () => {
  const clock = new VirtualClock();
  const { outbox } = await drive(Window({ within: 0.1 }), { inbox: at({ 0: 1, 3_600_000: 2 }) }, { clock, turns: 100 });
  assert.deepEqual(outbox, [[1], [2]]);
});
test("Window() stops on shutdownMicroprocess, and what it holds is dropped", async () => {
  for (const options of [{ size: 3 }, { within: 1000 }]) {
    const { outbox, signal } = await drive(Window(options), { inbox: at({ 0: 1, 10: 2 }) }, { shutdown: "shutdownMicroprocess" });
    assert.deepEqual([outbox, signal], [[], [shutdownMicroprocess()]]);
  }
});
test("Window() refuses what is no window", () => {
  for (const bad of [
    { size: 0 },
    { size: 1.5 },
    { size: 1, step: 0 },
    { size: Infinity },
    { within: 0 },
    { within: 1, every: -1 },
    { within: Infinity },
  ])
    assert.throws(() => Window(bad), RangeError);
});
test("Window({ within }) has each message in one list, also when times are no whole numbers", async () => {
  for (const [every, within] of [
    [1000 / 30, 1000 / 30],
    [0.1, 0.7],
    [1 / 3, 1],
  ] as const) {
    const numbers = Array.from({ length: 3000 }, (_, i) => i);
    const times = Object.fromEntries(numbers.map((i) => [i * every, i]));
    const { outbox } = await drive(Window<number>({ within }), { inbox: at(times) });
    assert.deepEqual(outbox.flat(), numbers);
  }
});
test("Window({ within, every }) has each message in as many lists as a window lasts intervals, also when times are no whole numbers", async () => {
  const every = 1000 / 30;
  const numbers = Array.from({ length: 1000 }, (_, i) => i);
  const { outbox } = await drive(Window<number>({ within: 3 * every, every }), {
    inbox: at(Object.fromEntries(numbers.map((i) => [i * every, i]))),
  });
  assert.deepEqual(new Set(outbox.slice(2, -1).map((list) => list.length)), new Set([3]));
});
test("Window({ within, every }) does not keep what no window will have", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  const { inbox } = system.activate(Window<string>({ within: 1, every: 1000 })).inboxes;
  const { rest, advance } = stepper(system);
  for (let i = 0; i < 10; i++) {
    inbox.deliver("early");
    rest();
  }
  assert.equal(advance(1e6).length, 0, "there is nothing to wake up for");
});

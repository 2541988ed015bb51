// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { producerFinished, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { at, drive, Feed, stepper, ToList, VirtualClock } from "../testing/index.ts";
import { MapAsync } from "./MapAsync.ts";
import { Sleepy, timesTo } from "./parts.ts";
import type { Call } from "./trial.ts";

/** Takes as many milliseconds as it is told, and gives them back. Notes how many of its calls run at a time. */
function work(log: number[] = []): (milliseconds: number, call: Call) => Promise<number> {
  let running = 0;
  return async (milliseconds, { sleep }) => {
    log.push(++running);
    await sleep(milliseconds);
    running--;
    return milliseconds;
  };
}

test("MapAsync() sends what the function gives, in the order of the messages", async () => {
  assert.deepEqual((await drive(MapAsync(work()), { inbox: [50, 10, 40, 20, 30] })).outbox, [50, 10, 40, 20, 30]);
});
test("MapAsync({ ordered: false }) sends each result as soon as it is there", async () => {
  assert.deepEqual((await drive(MapAsync(work(), { ordered: false }), { inbox: [50, 10, 40, 20, 30] })).outbox, [10, 20, 30, 40, 50]);
});
for (const ordered of [true, false]) {
  test(`MapAsync({ concurrency, ordered: ${ordered} }) makes so many calls at a time, and no more`, async () => {
    for (const concurrency of [1, 3, 8]) {
      const log: number[] = [];
      const clock = new VirtualClock();
      const inbox = Array.from({ length: 24 }, () => 100);
      await drive(MapAsync(work(log), { concurrency, ordered }), { inbox }, { clock });
      assert.deepEqual([Math.max(...log), clock.now()], [concurrency, (24 / concurrency) * 100]);
    }
  });
}
test("MapAsync() takes functions that give their result at once, also undefined", async () => {
  const { outbox } = await drive(
    MapAsync((n: number) => (n === 2 ? undefined : n)),
    { inbox: [1, 2, 3] },
  );
  assert.deepEqual(outbox, [1, undefined, 3]);
});
test("MapAsync() calls a function that really takes its time, in a system of real time", async () => {
  const list: number[] = [];
  const files = ["MapAsync.ts", "calls.ts", "trial.ts"];
  const sizes = MapAsync(async (name: string) => (await readFile(new URL(name, import.meta.url))).length, { concurrency: 2 });
  await new System().run(Pipeline(Feed(files), sizes, ToList(list)));
  const expected = await Promise.all(files.map(async (name) => (await readFile(new URL(name, import.meta.url))).length));
  assert.deepEqual(list, expected);
});
test("MapAsync() sleeps by the system's clock, also if that is the real one, and the system waits for it", async () => {
  const list: number[] = [];
  const system = new System();
  const start = system.clock.now();
  await system.run(Pipeline(Feed([20, 10]), MapAsync(work()), ToList(list)));
  assert.deepEqual(list, [20, 10]);
  assert.ok(system.clock.now() - start >= 20);
  assert.deepEqual(system.expectations, []);
});
test("MapAsync() goes on taking messages while calls run", async () => {
  const clock = new VirtualClock();
  const { outbox } = await drive(MapAsync(work(), { ordered: false }), { inbox: at({ 0: 100, 10: 20, 50: 10 }) }, { clock });
  assert.deepEqual([outbox, clock.now()], [[20, 10, 100], 100]);
});
for (const [ordered, expected] of [
  [true, ["3", "aborted 4"]], // those before it are sent first
  [false, ["aborted 3", "aborted 4"]],
] as const) {
  test(`MapAsync({ ordered: ${ordered} }) fails with what a call throws, and aborts those that run`, async () => {
    const log: string[] = [];
    const failing = MapAsync(
      async (n: number, { signal, sleep }) => {
        signal.addEventListener("abort", () => log.push(`aborted ${n}`));
        await sleep(n * 10);
        if (n === 2) throw new RangeError("two");
        log.push(`${n}`);
        return n;
      },
      { ordered },
    );
    await assert.rejects(drive(failing, { inbox: [3, 2, 4] }, { shutdown: false }), { message: "MapAsync_1 failed: two" });
    assert.deepEqual(log, expected);
  });
}
test("MapAsync() fails when the function throws at once", async () => {
  const failing = MapAsync((n: number): number => {
    throw new RangeError(`not ${n}`);
  });
  await assert.rejects(drive(failing, { inbox: [1] }), { message: "MapAsync_1 failed: not 1" });
});
test('MapAsync({ onError: "tell" }) sends errors with their messages, and goes on', async () => {
  const telling = MapAsync(async (n: number) => (n === 2 ? Promise.reject(new RangeError("two")) : n), { onError: "tell" });
  const { outbox, error } = await drive(telling, { inbox: [1, 2, 3] });
  assert.deepEqual([outbox, error], [[1, 3], [{ message: 2, error: new RangeError("two"), attempts: 1 }]]);
});
test("MapAsync() aborts its calls when it is told to stop, ends at once, and sends nothing more", async () => {
  const reasons: unknown[] = [];
  const stuck = MapAsync((_: number, { signal }) => {
    signal.addEventListener("abort", () => reasons.push(signal.reason.name));
    return new Promise<number>(() => {});
  });
  const system = new System({ manual: true, clock: new VirtualClock() });
  system.activate(stuck);
  for (const n of [1, 2]) stuck.inboxes.inbox.deliver(n);
  const { rest } = stepper(system);
  rest();
  stuck.stop();
  rest();
  assert.deepEqual([stuck.isStopped, reasons, system.expectations], [true, ["AbortError", "AbortError"], []]);
});
test("MapAsync() does the same when it is ended by force", async () => {
  const log: boolean[] = [];
  const system = new System({ clock: new VirtualClock() });
  const sleeping = MapAsync(async (ms: number, { signal, sleep }) => {
    await sleep(ms).finally(() => log.push(signal.aborted));
  });
  system.activate(Pipeline(Feed([1e9]), sleeping));
  await new Promise<void>((resolve) =>
    system.observe(({ type, component }: any) => type === "ended" && component.kind === Feed && resolve()),
  );
  sleeping.kill();
  await sleeping.ended;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(log, [true]);
});
test("MapAsync() waits for its calls after producerFinished", async () => {
  const { outbox, signal } = await drive(MapAsync(work(), { concurrency: 2 }), { inbox: [30, 20, 10] });
  assert.deepEqual([outbox, signal], [[30, 20, 10], [producerFinished()]]);
});
test("MapAsync({ timeout }) aborts a call that takes too long, and counts it as failed", async () => {
  const aborted: number[] = [];
  const slow = MapAsync(
    async (ms: number, { signal, sleep }) => {
      signal.addEventListener("abort", () => aborted.push(ms));
      await sleep(ms);
      return ms;
    },
    { timeout: 100, onError: "tell" },
  );
  const { outbox, error } = await drive(slow, { inbox: [50, 150, 99] });
  assert.deepEqual([outbox, aborted, error.map(({ message }) => message)], [[50, 99], [150], [150]]);
  assert.deepEqual(
    [(error[0]!.error as Error).name, (error[0]!.error as Error).message],
    ["TimeoutError", "Cannot wait any longer: there was no answer for 100 ms"],
  );
});
test("MapAsync() makes no more calls while its receiver has no room, and loses nothing", async () => {
  let made = 0;
  const counted = MapAsync((n: number) => Promise.resolve((made++, n)), { concurrency: 2 });
  const system = new System();
  system.activate(Pipeline.with({ boxSize: 1 })(Feed(Array.from({ length: 100 }, (_, i) => i)), counted, Sleepy(1e6)));
  await new Promise<void>((resolve) =>
    system.observe(({ type, component }: any) => type === "held" && component.kind === Feed && resolve()),
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(made >= 2 && made <= 6, `${made}`);
  await system.stop();
  const all = await timesTo(
    Sleepy(1000),
    Pipeline(
      Feed(Array.from({ length: 100 }, (_, i) => i)),
      MapAsync(async (n: number) => n),
    ),
  );
  assert.equal(all.length, 100);
});
test("MapAsync() takes no turns while its calls run", () => {
  const system = new System({ manual: true, clock: new VirtualClock() });
  const stuck = system.activate(MapAsync(() => new Promise<number>(() => {}), { concurrency: 2 }));
  const { rest } = stepper(system);
  for (const n of [1, 2]) stuck.inboxes.inbox.deliver(n);
  rest();
  for (const n of [3, 4, 5]) stuck.inboxes.inbox.deliver(n);
  assert.deepEqual(rest(), []);
  stuck.stop(producerFinished());
  assert.ok(rest().length <= 1);
  assert.deepEqual(rest(), []);
});
test("MapAsync() refuses a concurrency below 1, and a timeout that is not above 0", () => {
  assert.throws(() => MapAsync(work(), { concurrency: 0 }), {
    name: "RangeError",
    message: "Cannot make 0 calls at a time: give 1 or more",
  });
  assert.throws(() => MapAsync(work(), { timeout: 0 }), {
    name: "RangeError",
    message: "Cannot wait for a call for 0 ms: give more than 0, or Infinity",
  });
  assert.throws(() => MapAsync(work(), { onError: "ignore" as "tell" }), {
    name: "RangeError",
    message: 'Cannot make calls: onError is "ignore"; give "fail" or "tell"',
  });
});

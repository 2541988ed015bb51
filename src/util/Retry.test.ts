// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, ComponentFailure, sleep, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed, SeededRandom, ToList, VirtualClock } from "../testing/index.ts";
import { Retry } from "./Retry.ts";
import type { Call } from "./trial.ts";

/** Fails as often as its message says, then gives it back. Notes when it was called. */
function flaky(clock: VirtualClock, log: number[] = []): (failures: number, call: Call) => Promise<number> {
  return async (failures, { attempt }) => {
    log.push(clock.now());
    if (attempt <= failures) throw new RangeError(`attempt ${attempt}`);
    return failures;
  };
}
/** Sends its number twice, with a pause between; fails in between as often as it says. */
function Unsteady(failures: number, attempt: number): Component<{}, { outbox: string }> {
  return component(Unsteady, {
    outboxes: { outbox: "the number of the attempt" },
    *main(_, { outbox }) {
      outbox.send(`${failures}/${attempt} begun`);
      yield sleep(50);
      if (attempt <= failures) throw new RangeError(`attempt ${attempt}`);
      outbox.send(`${failures}/${attempt} done`);
    },
  });
}

test("Retry() tries again until it goes well, and keeps the order", async () => {
  const { outbox, error } = await drive(Retry(flaky(new VirtualClock())), { inbox: [0, 4, 1] });
  assert.deepEqual([outbox, error], [[0, 4, 1], []]);
});
test("Retry() sends a message whose last attempt failed to error, and goes on: nothing is lost", async () => {
  const { outbox, error } = await drive(Retry(flaky(new VirtualClock()), { attempts: 3 }), { inbox: [2, 3, 0] });
  assert.deepEqual([outbox, error], [[2, 0], [{ message: 3, error: new RangeError("attempt 3"), attempts: 3 }]]);
});
test("Retry({ backoff }) waits longer each time, up to a limit", async () => {
  const clock = new VirtualClock();
  const log: number[] = [];
  await drive(
    Retry(flaky(clock, log), { attempts: 6, backoff: { first: 100, factor: 3, max: 1000 }, jitter: 0 }),
    { inbox: [9] },
    { clock },
  );
  assert.deepEqual(log, [0, 100, 400, 1300, 2300, 3300]);
});
test("Retry({ jitter }) leaves a part of the wait to the system's random source", async () => {
  const waits = async (seed: number, jitter: number): Promise<number[]> => {
    const clock = new VirtualClock();
    const log: number[] = [];
    await drive(Retry(flaky(clock, log), { attempts: 500, backoff: { first: 100, factor: 1 }, jitter }), { inbox: [1e9] }, { clock, seed });
    return log.slice(1).map((time, i) => time - log[i]!);
  };
  const half = await waits(7, 0.5);
  assert.deepEqual(half, await waits(7, 0.5));
  assert.notDeepEqual(half, await waits(8, 0.5));
  assert.ok(Math.min(...half) >= 50 && Math.max(...half) <= 100 && Math.min(...half) < 52 && Math.max(...half) > 98);
  assert.ok(Math.min(...(await waits(7, 1))) < 3);
});
test("Retry({ when }) does not try again where it is not worth it", async () => {
  const seen: unknown[] = [];
  const work = Retry(flaky(new VirtualClock()), { when: (error, attempt) => seen.push([String(error), attempt]) < 2 });
  const { error } = await drive(work, { inbox: [9] });
  assert.deepEqual(error, [{ message: 9, error: new RangeError("attempt 2"), attempts: 2 }]);
  assert.deepEqual(seen, [
    ["RangeError: attempt 1", 1],
    ["RangeError: attempt 2", 2],
  ]);
});
test("Retry({ when }) that fails itself is what went wrong", async () => {
  const broken = Retry(flaky(new VirtualClock()), {
    when: () => {
      throw new TypeError("when?");
    },
  });
  assert.deepEqual((await drive(broken, { inbox: [9] })).error, [{ message: 9, error: new TypeError("when?"), attempts: 1 }]);
});
test("Retry({ timeout }) tries again when an attempt takes too long", async () => {
  const clock = new VirtualClock();
  const slow = Retry(
    async (name: string, { attempt, sleep }) => {
      await sleep(attempt === 3 ? 10 : 1e9);
      return `${name}${attempt}`;
    },
    { timeout: 1000, backoff: { first: 0 } },
  );
  assert.deepEqual([(await drive(slow, { inbox: ["a"] }, { clock })).outbox, clock.now()], [["a3"], 2010]);
});
test("Retry({ concurrency, ordered: false }) lets others pass while one waits for its next attempt", async () => {
  const clock = new VirtualClock();
  const { outbox } = await drive(Retry(flaky(clock), { concurrency: 2, ordered: false }), { inbox: [1, 0, 0] }, { clock });
  assert.deepEqual(outbox, [0, 0, 1]);
});
test("Retry() runs the component that is made for a message; of an attempt that failed nothing is sent", async () => {
  const clock = new VirtualClock();
  const retry = Retry((failures: number, { attempt }) => Unsteady(failures, attempt), { jitter: 0, attempts: 3 });
  const { outbox, error } = await drive(retry, { inbox: [1, 5, 0] }, { clock });
  assert.deepEqual(outbox, ["1/2 begun", "1/2 done", "0/1 begun", "0/1 done"]);
  assert.equal(error.length, 1);
  const [{ error: failure, message, attempts }] = error as [(typeof error)[0]];
  assert.ok(failure instanceof ComponentFailure);
  assert.deepEqual([failure.message, message, attempts], ["Retry_1/Unsteady_6 failed: attempt 3", 5, 3]);
  assert.equal(clock.now(), 50 + 100 + 50 + (50 + 100 + 50 + 200 + 50) + 50);
});
test("Retry({ timeout }) tells a component that takes too long to stop, and makes another", async () => {
  const clock = new VirtualClock();
  const ends: number[] = [];
  function Slow(attempt: number): Component<{}, { outbox: number }> {
    return component(Slow, {
      outboxes: { outbox: "the number of the attempt" },
      *main(_, { outbox }, self) {
        yield sleep(attempt === 2 ? 10 : 1e6);
        ends.push(self.system.clock.now());
        if (!self.toldToStop) outbox.send(attempt);
      },
    });
  }
  const { outbox } = await drive(
    Retry((_: string, { attempt }) => Slow(attempt), { timeout: 100, jitter: 0 }),
    { inbox: ["x"] },
    { clock },
  );
  assert.deepEqual([outbox, ends], [[2], [100, 210]]);
});
test("Retry() stops its component when it is told to stop", async () => {
  const system = new System({ clock: new VirtualClock({ auto: false }) });
  const log: string[] = [];
  function Patient(): Component<{}, { outbox: string }> {
    return component(Patient, {
      outboxes: { outbox: "nothing" },
      *main() {
        log.push("begun");
        yield sleep(Infinity);
        log.push("stopped");
      },
    });
  }
  const retry = Retry(() => Patient());
  system.activate(Pipeline(Feed([1]), retry));
  await new Promise<void>((resolve) =>
    system.observe(({ type, component }: any) => type === "ended" && component.kind === Feed && resolve()),
  );
  await system.stop();
  assert.deepEqual([log, retry.isStopped, system.live], [["begun", "stopped"], true, 0]);
});
test("Retry() in real time, too", async () => {
  const list: number[] = [];
  let calls = 0;
  const twice = Retry(
    async (n: number) => {
      if (++calls % 2 === 1) throw new Error("every other one");
      return n;
    },
    { backoff: { first: 2 } },
  );
  await new System({ random: new SeededRandom(1) }).run(Pipeline(Feed([1, 2, 3]), twice, ToList(list)));
  assert.deepEqual([list, calls], [[1, 2, 3], 6]);
});
test("Retry() refuses what cannot be", () => {
  const work = (n: number): Promise<number> => Promise.resolve(n);
  assert.throws(() => Retry(work, { attempts: 0 }), { name: "RangeError", message: "Cannot try 0 times: give 1 or more" });
  assert.throws(() => Retry(work, { jitter: 2 }), { name: "RangeError", message: "Cannot leave 2 of the time to chance: give 0 to 1" });
  assert.throws(() => Retry(work, { concurrency: 0 }), { name: "RangeError" });
  for (const backoff of [{ first: -1 }, { first: Number.NaN }, { first: 1, factor: -2 }, { first: 1, max: Number.NaN }])
    assert.throws(() => Retry(work, { backoff }), { name: "RangeError", message: /^Cannot wait / });
});

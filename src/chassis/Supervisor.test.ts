// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Component, component, ComponentFailure, producerFinished, shutdownMicroprocess, sleep, System } from "../axon/index.ts";
import { drive, Echo, Fails, VirtualClock } from "../testing/index.ts";
import { type Strategy, Supervisor } from "./Supervisor.ts";

const isThree = (n: number): boolean => n % 10 === 3;
const around = (options: object = {}): Component<any, any> =>
  Supervisor({
    children: { P: () => Fails(isThree) },
    linkages: { "self.inbox": "P.inbox", "P.outbox": "self.outbox" },
    intensity: 3,
    ...options,
  }) as Component<any, any>;

/** Lives for a while, then fails; says what it does. */
function Mortal(name: string, log: string[], life: number): Component<{}, {}> {
  return component(Mortal, {
    *main() {
      log.push(`${name} starts`);
      try {
        if (yield sleep(life)) throw new Error(`${name} fails`);
      } finally {
        log.push(`${name} ends`);
      }
    },
  });
}

test("Supervisor() starts a failed child again, and its boxes stay: only the message it choked on is lost", async () => {
  const { outbox, restarted, signal } = await drive(around(), { inbox: [1, 2, 3, 4, 13, 14] });
  assert.deepEqual([outbox, signal], [[1, 2, 4, 14], [producerFinished()]]);
  assert.deepEqual(
    (restarted as { child: string; count: number }[]).map(({ child, count }) => [child, count]),
    [
      ["P", 1],
      ["P", 2],
    ],
  );
});
test("Supervisor() gives up after too many restarts within the period, with the last failure as its cause", async () => {
  await assert.rejects(drive(around({ intensity: 1 }), { inbox: [3, 13, 23] }), (error: unknown) => {
    assert.ok(error instanceof ComponentFailure && error.cause instanceof Error);
    assert.match(error.cause.message, /^Cannot keep P running: more than 1 restarts within 5000 ms; it .*cannot take 13/);
    return error.cause.cause instanceof ComponentFailure;
  });
});
test("Supervisor() counts restarts within the period only", () => {
  const log: string[] = [];
  const supervisor = Supervisor({ children: { A: () => Mortal("A", log, 600) }, intensity: 1, period: 500 });
  const system = new System({ clock: new VirtualClock(), manual: true });
  system.activate(supervisor);
  while (system.clock.now() < 10_000 && system.step() !== undefined);
  assert.equal(supervisor.isStopped, false);
  assert.equal(log.filter((line) => line === "A starts").length, 17);
  supervisor.kill();
});
for (const [strategy, expected] of [
  ["one-for-one", ["B starts"]],
  ["rest-for-one", ["C ends", "B starts", "C starts"]],
  ["one-for-all", ["C ends", "A ends", "A starts", "B starts", "C starts"]],
] satisfies [Strategy, string[]][]) {
  test(`Supervisor({ strategy: "${strategy}" }) starts again: ${expected.join(", ")}`, async () => {
    const log: string[] = [];
    let lives = 10;
    const supervisor = Supervisor({
      children: { A: () => Mortal("A", log, 1e6), B: () => Mortal("B", log, (lives *= 100)), C: () => Mortal("C", log, 1e6) },
      strategy,
    });
    const system = new System({ clock: new VirtualClock(), manual: true });
    system.activate(supervisor);
    while (system.clock.now() <= 1000 && system.step() !== undefined);
    supervisor.stop(shutdownMicroprocess());
    const restart = log.slice(log.indexOf("B ends") + 1);
    assert.deepEqual(restart, expected);
  });
}
test("Supervisor() starts children in order and stops them in reverse", async () => {
  const log: string[] = [];
  const names = ["A", "B", "C"];
  const children = Object.fromEntries(names.map((name) => [name, () => Mortal(name, log, Infinity)]));
  await drive(Supervisor({ children }), {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(log, ["A starts", "B starts", "C starts", "C ends", "B ends", "A ends"]);
});
test("Supervisor() kills a child that does not stop within its time", async () => {
  const Deaf = (): Component<any, any> =>
    component(Deaf, {
      inboxes: { control: "not heeded" },
      *main() {
        for (;;) yield sleep(1000);
      },
    }) as Component<any, any>;
  const clock = new VirtualClock();
  await drive(Supervisor({ children: { D: { start: Deaf, shutdown: 300 } } }), {}, { shutdown: "shutdownMicroprocess", clock });
  assert.equal(clock.now(), 300);
});
test("Supervisor() heeds permanent, transient and temporary", async () => {
  for (const [restart, expected] of [
    ["permanent", 2],
    ["transient", 1],
    ["temporary", 1],
  ] as const) {
    let starts = 0;
    const Once = (): Component<{}, {}> =>
      component(Once, {
        *main() {
          starts++;
          if (starts > 1) yield sleep(Infinity);
        },
      });
    await drive(
      Supervisor({ children: { O: { start: Once, restart } }, intensity: 9 }),
      {},
      { shutdown: restart === "permanent" ? false : "producerFinished" },
    ).catch(() => {});
    assert.equal(starts, expected, restart);
  }
});
test("Supervisor() waits before a restart, longer each time", async () => {
  const clock = new VirtualClock();
  await drive(around({ backoff: { first: 100, factor: 3 } }), { inbox: [3, 13, 1] }, { clock, shutdown: "producerFinished" });
  assert.equal(clock.now(), 400);
});
test("Supervisor() does not let linkages touch its children's control and signal", () => {
  assert.throws(
    () => Supervisor({ children: { A: () => Echo(), B: () => Echo() }, linkages: { "A.signal": "B.control" } as any }),
    RangeError,
  );
});
test("Supervisor() loses nothing but what a child had taken, however often it fails", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 300 }),
      fc.integer({ min: 1, max: 5 }),
      async (numbers, bound) => {
        const { outbox } = await drive(around({ intensity: Infinity }), { inbox: numbers }, { bound });
        assert.deepEqual(
          outbox,
          numbers.filter((n) => !isThree(n)),
        );
      },
    ),
    { numRuns: 30 },
  );
});

// SPDX-License-Identifier: Apache-2.0
// What a Supervisor promises, checked for random children that fail and finish at random times.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { anyOf, type Component, component, type ComponentFailure, shutdownMicroprocess, sleep, System } from "../axon/index.ts";
import { drive, Echo, Fails, VirtualClock } from "../testing/index.ts";
import type { ChildSpec, Restart, Restarted, Strategy } from "./supervision.ts";
import { Supervisor } from "./Supervisor.ts";

interface Life {
  /** Milliseconds. */
  readonly length: number;
  readonly fails: boolean;
}
interface Plan {
  readonly children: readonly { readonly restart: Restart; readonly lives: readonly Life[]; readonly stopsIn: number }[];
  readonly strategy: Strategy;
  readonly intensity: number;
  readonly period: number;
  readonly stopAt: number;
}
interface Note {
  readonly time: number;
  readonly child: string;
  readonly what: "starts" | "ends" | "told";
}
interface Outcome {
  readonly notes: readonly Note[];
  readonly restarts: readonly (Restarted & { readonly time: number })[];
  readonly failure: ComponentFailure | undefined;
  readonly end: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  children: fc.array(
    fc.record({
      restart: fc.constantFrom<Restart[]>("permanent", "permanent", "transient", "temporary"),
      lives: fc.array(fc.record({ length: fc.integer({ min: 0, max: 40 }), fails: fc.boolean() }), { maxLength: 6 }),
      stopsIn: fc.constantFrom(0, 0, 3),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  strategy: fc.constantFrom<Strategy[]>("one-for-one", "one-for-all", "rest-for-one"),
  intensity: fc.integer({ min: 0, max: 5 }),
  period: fc.integer({ min: 1, max: 60 }),
  stopAt: fc.integer({ min: 50, max: 200 }),
});

/** Lives as long as planned, and takes its time to stop when it is told. */
function Mortal({ length, fails }: Life, stopsIn: number, note: (what: Note["what"]) => void): Component<{ control: any }, {}> {
  return component(Mortal, {
    inboxes: { control: "read, so that it can take its time" },
    *main({ control }) {
      note("starts");
      yield anyOf(control, sleep(length));
      const told = control.length > 0;
      if (told) note("told");
      if (told && stopsIn > 0) yield sleep(stopsIn);
      note("ends");
      if (!told && fails) throw new Error("as planned");
    },
  });
}

/** Takes down when the Supervisor starts a child again. */
function Recorder(restarts: (Restarted & { time: number })[]): Component<{ inbox: Restarted }, {}> {
  return component(Recorder, {
    inboxes: { inbox: "restarts" },
    *main({ inbox }, _, self) {
      while (yield inbox) restarts.push({ ...inbox.recv(), time: self.system.clock.now() });
    },
  });
}

/** Lets a plan come true, in virtual time. */
async function play({ children, strategy, intensity, period, stopAt }: Plan): Promise<Outcome> {
  const clock = new VirtualClock();
  const system = new System({ clock, manual: true });
  const notes: Note[] = [];
  const specs = children.map(({ restart, lives, stopsIn }, i): [string, ChildSpec<Component<any, any>>] => {
    const child = nameOf(i);
    let made = 0;
    const note = (what: Note["what"]): number => notes.push({ time: clock.now(), child, what });
    const start = (): Component<any, any> =>
      Mortal(lives[made++] ?? { length: Infinity, fails: false }, stopsIn, note) as Component<any, any>;
    return [child, { start, restart }];
  });
  const supervisor = Supervisor({ children: Object.fromEntries(specs), strategy, intensity, period });
  const restarts: (Restarted & { time: number })[] = [];
  const recorder = system.activate(Recorder(restarts));
  recorder.link([supervisor, "restarted"], [recorder, "inbox"]);
  const failed = system.run(supervisor).then(
    () => undefined,
    (error: unknown) => error as ComponentFailure,
  );
  clock.setTimer(() => supervisor.stop(shutdownMicroprocess()), stopAt);
  while (!supervisor.isStopped && system.step() !== undefined);
  const end = clock.now();
  while (system.step() !== undefined);
  recorder.kill();
  return { notes, restarts, failure: await failed, end };
}

const nameOf = (i: number): string => "ABCD"[i]!;

/** The same with children that stop at once, so that a child is started again at the time it failed. */
const prompt: fc.Arbitrary<Plan> = plans.map((plan) => ({ ...plan, children: plan.children.map((child) => ({ ...child, stopsIn: 0 })) }));

/** Checks one outcome of each plan against one promise. */
function promise(text: string, check: (plan: Plan, outcome: Outcome) => void, arbitrary: fc.Arbitrary<Plan> = plans): void {
  test(`Supervisor() ${text}, whatever its children do`, async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (plan) => check(plan, await play(plan))),
      { numRuns: 300 },
    );
  });
}

promise(
  "never restarts more often within the period than its intensity allows",
  ({ intensity, period }, { restarts }) => {
    for (const { time } of restarts) {
      assert.ok(restarts.filter((other) => other.time <= time && time - other.time <= period).length <= intensity);
    }
  },
  prompt,
);
promise(
  "gives up only when one restart more would be too many",
  ({ intensity, period }, { restarts, failure, end }) => {
    if (failure === undefined) return;
    assert.match(failure.message, /^Supervisor_2 failed: Cannot keep [A-D] running: more than \d restarts? within \d+ ms; last, /);
    assert.equal(restarts.filter(({ time }) => end - time <= period).length, intensity);
  },
  prompt,
);
promise("runs one component at a time for each child", ({ children }, { notes }) => {
  for (const [i] of children.entries()) {
    const events = notes.filter(({ child, what }) => child === nameOf(i) && what !== "told");
    assert.ok(events.every(({ what }, at) => what === (at % 2 === 0 ? "starts" : "ends")));
    assert.equal(events.length % 2, 0, "all have ended with the Supervisor");
  }
});
promise("starts its children in order", ({ children }, { notes }) => {
  assert.deepEqual(
    notes.slice(0, children.length).map(({ child, what }) => `${child} ${what}`),
    children.map((_, i) => `${nameOf(i)} starts`),
  );
});
promise("stops its children in reverse order, each when the one after it has ended", (_, { notes, end }) => {
  const last = notes.findLastIndex(({ what }) => what === "starts");
  const toldAtTheEnd = notes.slice(last + 1).filter(({ what, time }) => what === "told" && time <= end);
  const order = toldAtTheEnd.map(({ child }) => child);
  assert.deepEqual(order, order.toSorted().toReversed());
  for (const [i, note] of toldAtTheEnd.entries()) {
    const before = toldAtTheEnd[i - 1];
    if (before === undefined) continue;
    const ended = notes.findIndex(({ child, what }, at) => child === before.child && what === "ends" && at > notes.indexOf(before));
    assert.ok(ended < notes.indexOf(note));
  }
});
promise("starts no temporary child twice, and no transient one that finished by itself", ({ children, strategy }, { notes }) => {
  for (const [i, { restart, lives }] of children.entries()) {
    const starts = notes.filter(({ child, what }) => child === nameOf(i) && what === "starts").length;
    if (restart === "temporary") assert.equal(starts, 1);
    if (restart !== "transient" || strategy !== "one-for-one") continue;
    const failures = lives.findIndex(({ fails }) => !fails);
    assert.ok(starts <= (failures === -1 ? lives.length : failures) + 1);
  }
});
promise("starts together, in order, what the strategy says", ({ children, strategy }, { notes, restarts }) => {
  const starts = notes.filter(({ what }) => what === "starts").slice(children.length);
  const expected = restarts.flatMap(({ child, time }) => {
    const from = strategy === "one-for-all" ? 0 : "ABCD".indexOf(child);
    const group = strategy === "one-for-one" ? [child] : children.map((_, i) => nameOf(i)).slice(from);
    return group.filter((name) => children["ABCD".indexOf(name)]!.restart !== "temporary").map((name) => `${name} at ${time}`);
  });
  assert.deepEqual(
    starts.map(({ child, time }) => `${child} at ${time}`),
    expected,
  );
});

test("Supervisor() loses nothing but what a child had taken, however often it fails, and keeps the order", async () => {
  const bad = (n: number): boolean => n % 10 === 3;
  const strategies = fc.constantFrom<Strategy[]>("one-for-one", "one-for-all", "rest-for-one");
  const numbers = fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(
      numbers,
      fc.integer({ min: 1, max: 5 }),
      strategies,
      fc.constantFrom(0, 10),
      async (inputs, bound, strategy, first) => {
        const supervisor = Supervisor({
          children: { A: () => Echo<number>(), B: () => Fails<number>(bad), C: () => Echo<number>() },
          linkages: {
            "self.inbox": "A.inbox",
            "A.outbox": "B.inbox",
            "A.signal": "B.control",
            "B.outbox": "C.inbox",
            "B.signal": "C.control",
            "C.outbox": "self.outbox",
          },
          strategy,
          intensity: Infinity,
          backoff: { first, factor: 1 },
        });
        const { outbox } = await drive(supervisor, { inbox: inputs }, { bound });
        assert.deepEqual(
          outbox,
          inputs.filter((n) => !bad(n)),
        );
      },
    ),
    { numRuns: 60 },
  );
});
test("Supervisor() refuses words and numbers that say nothing", () => {
  const supervise = (options: object, child: object = {}): unknown =>
    Supervisor({ children: { A: { start: () => Echo(), ...child } }, ...options } as never);
  assert.throws(() => supervise({ strategy: "one_for_one" }), {
    name: "RangeError",
    message: 'Cannot take "one_for_one" for a strategy: there are only "one-for-one", "one-for-all", "rest-for-one"',
  });
  assert.throws(() => supervise({}, { restart: "always" }), /^RangeError: Cannot take "always" for when to start A again: there are only/);
  for (const shutdown of [NaN, -1, "brutal_kill"]) assert.throws(() => supervise({}, { shutdown }), RangeError);
  for (const backoff of [{ first: -1 }, { first: NaN }, { first: 1, factor: NaN }, { first: 1, max: -1 }])
    assert.throws(() => supervise({ backoff }), RangeError);
});

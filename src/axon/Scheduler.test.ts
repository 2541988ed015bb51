// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo, stepper, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { anyOf, type Component, sleep, System } from "./index.ts";

/** Has a turn, and another, until it is told to stop. */
const Spinner = (name: string, count = Infinity): Component<any, any> =>
  make(name, function* () {
    for (let i = 1; i < count; i++) if (!(yield)) return;
  });
/** Reads messages one by one, and says so. */
const Reader = (name: string, log: string[]): Component<any, any> =>
  make(name, function* ({ inbox }) {
    while (yield inbox) log.push(`${name}${inbox.recv()}`);
  });
/** The original's way to wait: pause, and look at the boxes when something has happened. */
const Pauser = (log: string[]): Component<any, any> =>
  make(
    "Pauser",
    function* ({ a, b }, _, self) {
      for (;;) {
        for (const box of [a, b]) while (box.length > 0) log.push(String(box.recv()));
        self.pause();
        if (!(yield)) return;
        log.push("woken");
      }
    },
    { inboxes: ["a", "b"], outboxes: [] },
  );

function manual(...components: Component<any, any>[]): System {
  const system = new System({ manual: true });
  for (const one of components) system.activate(one);
  return system;
}

test("K14: components have their turns in the order in which they were activated, again and again", () => {
  const turns = stepper(manual(Spinner("a"), Spinner("b"), Spinner("c")));
  assert.deepEqual(turns.steps(7), ["a_1", "b_2", "c_3", "a_1", "b_2", "c_3", "a_1"]);
});
test("K14: components that sleep have their turns in the order in which they are woken", () => {
  const log: string[] = [];
  const parts = ["a", "b", "c"].map((name) => Reader(name, log));
  const turns = stepper(manual(...parts));
  turns.rest();
  for (const i of [2, 0, 1]) parts[i]!.inboxes["inbox"]!.deliver(1);
  assert.deepEqual(turns.rest(), ["c_3", "a_1", "b_2"]);
});
test("K13: several messages before its turn give a component one turn", () => {
  const log: string[] = [];
  const reader = Reader("r", log);
  const turns = stepper(manual(reader));
  turns.rest();
  for (let n = 0; n < 3; n++) reader.inboxes["inbox"]!.deliver(n);
  assert.deepEqual([turns.rest(), log], [["r_1"], ["r0", "r1", "r2"]]);
});
test("point 5: a component whose box still has messages is resumed up to 64 times before the next one's turn", () => {
  const log: string[] = [];
  const [a, b] = [Reader("a", log), Reader("b", log)];
  const turns = stepper(manual(a, b));
  turns.rest();
  for (const part of [a, b]) for (let n = 0; n < 150; n++) part.inboxes["inbox"]!.deliver("");
  assert.deepEqual(turns.rest(), ["a_1", "b_2", "a_1", "b_2", "a_1", "b_2"]);
  const runs = log
    .join("")
    .match(/a+|b+/g)!
    .map((run) => run.length);
  assert.deepEqual(runs, [64, 64, 64, 64, 22, 22]);
});
test("point 5: the quantum may be set: with 1, every message costs a turn", () => {
  const log: string[] = [];
  const [a, b] = [Reader("a", log), Reader("b", log)];
  const system = new System({ manual: true, quantum: 1 });
  for (const part of [a, b]) {
    for (let n = 0; n < 3; n++) part.inboxes["inbox"]!.deliver("");
    system.activate(part);
  }
  stepper(system).rest();
  assert.equal(log.join(""), "ababab");
});
test("point 5: nobody has two turns while another waits for one, however busy they are", () => {
  const feed = make("Feed", function* (_, { outbox }) {
    for (let n = 0; ; n++) {
      outbox.send(n);
      if (!(yield)) return;
    }
  });
  const parts = [feed, Echo(), Echo(), Echo()];
  for (const [i, part] of parts.entries()) part.link([part, "outbox"], [parts[(i + 1) % 4]!, "inbox"], { bound: 3 });
  const spinner = Spinner("s");
  const turns = stepper(manual(spinner, ...parts));
  turns.steps(1000);
  const [first, ...rest] = turns.turns.join(" ").split("s_1").slice(0, -1);
  assert.equal(first, "");
  for (const between of rest) {
    const names = between.trim().split(" ");
    assert.equal(new Set(names).size, names.length, between);
  }
});
test("K12: a message wakes the component at the end of a chain, and nobody on the way", () => {
  const log: string[] = [];
  const [from, outer, inner] = [Echo(), Pauser(log), Reader("r", log)];
  outer.link([from, "outbox"], [outer, "a"]);
  outer.link([outer, "a"], [inner, "inbox"], { passthrough: 1 });
  const turns = stepper(manual(from, outer, inner));
  turns.rest();
  from.inboxes.inbox.deliver("x");
  assert.deepEqual([turns.rest(), log], [["Echo_1", "r_3"], ["rx"]]);
});
test("K12: a paused component is woken by a message in any of its inboxes, control too", () => {
  for (const box of ["a", "b"]) {
    const log: string[] = [];
    const pauser = Pauser(log);
    const turns = stepper(manual(pauser));
    turns.rest();
    pauser.inboxes[box]!.deliver(box);
    assert.deepEqual([turns.rest().length, log], [1, ["woken", box]]);
    pauser.stop();
    turns.rest();
    assert(pauser.isStopped);
  }
});
test("K12: a paused component is woken when a child of it ends", () => {
  const child = Echo();
  let woken = 0;
  const parent = make("Parent", function* (_, __, self) {
    child.activate();
    while (self.childComponents().length > 0) {
      self.pause();
      yield;
      woken++;
    }
  });
  const turns = stepper(manual(parent));
  turns.rest();
  assert.equal(woken, 0);
  child.stop();
  turns.rest();
  assert.deepEqual([woken, parent.isStopped], [1, true]);
});
test("K12: a paused component is woken by unpause(), whoever calls it", () => {
  const log: string[] = [];
  const pauser = Pauser(log);
  const turns = stepper(manual(pauser));
  turns.rest();
  pauser.unpause();
  pauser.unpause();
  assert.deepEqual([turns.rest(), log], [["Pauser_1"], ["woken"]]);
});
test("K13, a lost wake-up: a message that comes in the same turn as pause() is not slept through", () => {
  const seen: unknown[] = [];
  const own = make("Own", function* ({ inbox }, { outbox }, self) {
    self.pause();
    outbox.send("to myself");
    yield;
    seen.push(inbox.length);
  });
  own.link([own, "outbox"], [own, "inbox"]);
  const other = make("Other", function* ({ inbox }, _, self) {
    self.pause();
    self.unpause();
    yield;
    seen.push(inbox.length);
  });
  stepper(manual(own, other)).rest();
  assert.deepEqual(seen, [1, 0]);
});
test("K13, the lost wake-up of the original: pausing a sleeping component from outside takes nothing from it", () => {
  const log: string[] = [];
  const reader = Reader("r", log);
  const turns = stepper(manual(reader));
  turns.rest();
  reader.pause();
  reader.inboxes["inbox"]!.deliver(1);
  reader.pause();
  turns.rest();
  reader.inboxes["inbox"]!.deliver(2);
  turns.rest();
  assert.deepEqual(log, ["r1", "r2"]);
});
test("pause() holds for the next bare yield only: a wait for a box does not need it", () => {
  const log: string[] = [];
  const part = make("Part", function* ({ inbox }, _, self) {
    self.pause();
    yield inbox;
    log.push(String(inbox.recv()));
    yield;
    log.push("at once");
  });
  part.inboxes["inbox"]!.deliver("there already");
  stepper(manual(part)).rest();
  assert.deepEqual(log, ["there already", "at once"]);
});
test("pause() counts also when it is called in a function that main calls with yield*, where the original spins", () => {
  let turns = 0;
  const part = make("Part", function* (_, __, self) {
    function* wait(): Generator<void, void, boolean> {
      for (;;) {
        self.pause();
        if (!(yield)) return;
        turns++;
      }
    }
    yield* wait();
  });
  const steps = stepper(manual(part));
  steps.rest();
  part.unpause();
  assert.deepEqual([steps.rest(), turns], [["Part_1"], 1]);
});
test("a message in a box that a component does not wait for gives it no turn", () => {
  const part = make(
    "Part",
    function* ({ a, b }) {
      yield anyOf(a, b);
      a.recv();
      yield a;
    },
    { inboxes: ["a", "b"], outboxes: [] },
  );
  const turns = stepper(manual(part));
  part.inboxes["a"]!.deliver(1);
  turns.rest();
  const before = part.microprocess.turns;
  part.inboxes["b"]!.deliver(2);
  turns.rest();
  assert.equal(part.microprocess.turns, before);
});
test("point 7, busy waiting is the default: an idle system has nothing scheduled and has no turns", async () => {
  const system = new System();
  const parts = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? Echo() : Pauser([])));
  for (const part of parts) system.activate(part);
  await system.run();
  const turns = (): number => parts.reduce((sum, part) => sum + part.microprocess.turns, 0);
  const before = turns();
  assert.equal(before, 1000);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(turns(), before);
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((what) => what === "Immediate" || what === "Timeout"),
    [],
  );
});
test("point 7: a hundred thousand sleepers cost one timer of the host", () => {
  const system = new System({ manual: true });
  for (let i = 0; i < 100_000; i++)
    system.activate(
      make("Sleeper", function* () {
        yield sleep(3_600_000 + i);
      }),
    );
  stepper(system).rest();
  assert.equal(process.getActiveResourcesInfo().filter((what) => what === "Timeout").length, 1);
  for (const root of [...system.roots]) root.component.kill();
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((what) => what === "Timeout"),
    [],
  );
});
test("point 6: the event loop gets its turn at least every few milliseconds, however busy the graph", async () => {
  const system = new System({ slice: 4 });
  const [ping, pong, spinner] = [Echo(), Echo(), Spinner("s")];
  ping.link([ping, "outbox"], [pong, "inbox"]);
  pong.link([pong, "outbox"], [ping, "inbox"]);
  for (const part of [ping, pong, spinner]) system.activate(part);
  for (let n = 0; n < 100; n++) ping.inboxes.inbox.deliver(n);
  const gaps: number[] = [];
  let last = process.cpuUsage();
  for (let tick = 0; tick < 30; tick++) {
    await new Promise((resolve) => setImmediate(resolve));
    const used = process.cpuUsage(last);
    gaps.push((used.user + used.system) / 1000);
    last = process.cpuUsage();
  }
  await system.stop({ within: 0 });
  const median = gaps.toSorted((a, b) => a - b)[15]!;
  assert(median < 20, `half of the time the event loop waited for more than ${median} ms of work`);
});
test("point 6: timers come on time while a component spins", async () => {
  const system = new System();
  system.activate(Spinner("s"));
  const sleeper = make("Sleeper", function* () {
    for (let i = 0; i < 5; i++) yield sleep(1);
  });
  await system.run(sleeper);
  await system.stop({ within: 0 });
  assert(sleeper.isStopped);
});
test("the run queue grows with the number of components, and keeps their order", () => {
  const names = Array.from({ length: 1000 }, (_, i) => `p_${i + 1}`);
  const turns = stepper(manual(...names.map(() => Spinner("p", 3))));
  assert.deepEqual(turns.rest(), [...names, ...names, ...names]);
});
test("step() of a manual system answers whose turn it was, and lets virtual time pass when nobody has one", () => {
  const clock = new VirtualClock();
  const system = new System({ manual: true, clock });
  const part = system.activate(
    make("Part", function* () {
      yield sleep(50);
    }),
  );
  assert.equal(system.step(), part);
  assert.equal(clock.now(), 0);
  assert.equal(system.step(), part);
  assert.equal(clock.now(), 50);
  assert.equal(system.step(), undefined);
});
test("a turn may take turns of another system: each knows whose turn it is", () => {
  const inner = new System({ manual: true });
  const log: string[] = [];
  const outer = make("Outer", function* () {
    const child = inner.activate(Spinner("c", 2));
    stepper(inner).rest();
    log.push(`${child.isStopped}`);
    Echo().activate();
    yield;
  });
  const system = manual(outer);
  stepper(system).steps(2);
  assert.deepEqual([log, outer.childComponents().map(({ system }) => system)], [["true"], [system]]);
});

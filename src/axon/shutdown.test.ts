// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { drive, Echo, Feed, stepper, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { type Component, producerFinished, shutdownMicroprocess, sleep, System, type Wait } from "./index.ts";

/** Waits for what it is told to, says how it ended, and in a `finally`. */
function Waits(name: string, log: string[], wait: (inboxes: any) => Wait = ({ inbox }) => inbox): Component<any, any> {
  return make(name, function* (inboxes) {
    try {
      while (yield wait(inboxes)) if (inboxes.inbox.length > 0) inboxes.inbox.recv();
      log.push(`${name} told`);
    } finally {
      log.push(`${name} finally`);
    }
  });
}
/** Has these children, and ends at once: it stays until they have ended. */
function Nursery(name: string, children: readonly Component<any, any>[]): Component<any, any> {
  return make(name, function* (_, __, self) {
    self.addChildren(...children);
    for (const child of children) child.activate();
  });
}
function manual(...components: Component<any, any>[]): System {
  const system = new System({ manual: true });
  for (const one of components) system.activate(one);
  return system;
}

test("K18: a component whose main is over has ended: its linkages are gone, its parent is told", () => {
  const child = Feed([]);
  const log: string[] = [];
  const to = Echo();
  const parent = make("Parent", function* (_, __, self) {
    child.link(child.outboxes.outbox, to.inboxes.inbox);
    child.activate();
    self.pause();
    yield;
    log.push(`woken, ${self.childComponents().length} children`);
  });
  stepper(manual(parent)).rest();
  assert.deepEqual([child.isStopped, child.outboxes.outbox.linked, log], [true, false, ["woken, 0 children"]]);
});
test("K19: stop() wakes a paused component: it does not stay for ever", () => {
  const log: string[] = [];
  const paused = make("Paused", function* (_, __, self) {
    self.pause();
    log.push(`${yield}`);
  });
  const system = manual(paused);
  stepper(system).rest();
  paused.stop();
  stepper(system).rest();
  assert.deepEqual([log, paused.isStopped, system.live], [["false"], true, 0]);
});
test("K20: stopping a parent stops its children", () => {
  const log: string[] = [];
  const parent = Nursery("Parent", [Waits("a", log), Nursery("Inner", [Waits("b", log)])]);
  const system = manual(parent);
  stepper(system).rest();
  assert.equal(system.live, 4);
  parent.stop();
  stepper(system).rest();
  assert.deepEqual([log, system.live], [["a told", "a finally", "b told", "b finally"], 0]);
});
test("a component that is told producerFinished after its main is over tells its children, and they drain what they have", async () => {
  const seen: unknown[] = [];
  const child = make("Child", function* ({ inbox }) {
    while (yield inbox) {
      yield sleep(10);
      seen.push(inbox.recv());
    }
  });
  for (const n of [1, 2, 3]) child.inboxes["inbox"]!.deliver(n);
  const clock = new VirtualClock();
  const parent = Nursery("Parent", [child]);
  clock.setTimer(() => parent.stop(producerFinished()), 15);
  await new System({ clock }).run(parent);
  assert.deepEqual([seen, clock.now()], [[1, 2, 3], 30]);
});
test("a component whose main is over tells its children each message once", () => {
  const heard: unknown[] = [];
  const Deaf = (): Component<any, any> =>
    make(
      "Deaf",
      function* ({ control, inbox }) {
        for (;;) {
          for (const message of control) heard.push(message.type);
          if (heard.includes("shutdownMicroprocess")) return;
          for (const _ of inbox);
          yield inbox;
        }
      },
      { inboxes: ["inbox", "control"] },
    );
  const deaf = Deaf();
  const short = Array.from({ length: 5 }, () => Echo());
  const parent = Nursery("Parent", [deaf, ...short]);
  const system = manual(parent);
  stepper(system).rest();
  parent.stop(producerFinished());
  for (const echo of short) {
    stepper(system).rest();
    echo.stop();
  }
  deaf.inboxes["inbox"]!.deliver(1);
  stepper(system).rest();
  assert.deepEqual(heard, ["producerFinished"]);
  parent.stop();
  deaf.inboxes["inbox"]!.deliver(1);
  stepper(system).rest();
  assert.deepEqual([heard, parent.isStopped], [["producerFinished", "shutdownMicroprocess"], true]);
});
test("a component that reads control itself is stopped also after its main is over: the kernel reads on", () => {
  const log: string[] = [];
  const parent = make(
    "Parent",
    function* (_, __, self) {
      const child = Waits("child", log);
      self.addChildren(child);
      child.activate();
    },
    { inboxes: ["control"], outboxes: [] },
  );
  const system = manual(parent);
  stepper(system).rest();
  parent.stop();
  stepper(system).rest();
  assert.deepEqual([log, parent.isStopped], [["child told", "child finally"], true]);
});
test("a child that is activated after its parent was told to stop is told, too", () => {
  const log: string[] = [];
  const late = Waits("late", log);
  const first = make("First", function* ({ inbox }) {
    while (yield inbox);
    late.activate();
  });
  const parent = Nursery("Parent", [first]);
  parent.addChildren(late);
  const system = manual(parent);
  const start = stepper(system);
  start.steps(1);
  assert.equal(late.isStopped, true, "a child that was not activated when main ended is let go");
  const later = Waits("later", log);
  const second = make("Second", function* ({ inbox }, _, self) {
    while (yield inbox);
    self.addChildren(later);
    later.activate();
  });
  const other = Nursery("Other", [second]);
  system.activate(other);
  start.rest();
  other.stop();
  start.rest();
  assert.deepEqual([log, other.isStopped], [["later told", "later finally"], true]);
});
test("K21: the end of the data travels along the chain, and everybody finishes what it has", async () => {
  const log: string[] = [];
  const end = make("End", function* ({ inbox }) {
    while (yield inbox) {
      log.push(`got ${inbox.recv()}`);
      yield sleep(100);
    }
    log.push("end");
  });
  await new System({ clock: new VirtualClock() }).run(Pipeline([Feed([1, 2, 3]), Echo(), Echo(), end]));
  assert.deepEqual(log, ["got 1", "got 2", "got 3", "end"]);
});
test("K21: shutdownMicroprocess stops at once, and travels along the chain", async () => {
  const { outbox, signal } = await drive(Pipeline(Echo<number>(), Echo()), { inbox: [1, 2] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([outbox, signal], [[], [shutdownMicroprocess()]]);
});
test("K21: a later shutdownMicroprocess outranks an earlier producerFinished, never the reverse", () => {
  for (const [first, second] of [
    [producerFinished(), shutdownMicroprocess()],
    [shutdownMicroprocess(), producerFinished()],
  ] as const) {
    const [echo, next] = [Echo(), Echo()];
    next.link([echo, "signal"], [next, "inbox"]);
    const system = manual(echo);
    stepper(system).rest();
    echo.inboxes.inbox.deliver("unread");
    echo.stop(first);
    echo.stop(second);
    stepper(system).rest();
    assert.deepEqual(next.inboxes.inbox.recv(), shutdownMicroprocess());
    assert.equal(echo.inboxes.inbox.length, 1);
  }
});
test("K21: what is told twice is told once", () => {
  const [echo, next] = [Echo(), Echo()];
  next.link([echo, "signal"], [next, "inbox"]);
  const system = manual(echo);
  for (const reason of ["first", "second"]) echo.stop(shutdownMicroprocess(reason));
  stepper(system).rest();
  assert.deepEqual([next.inboxes.inbox.recv(), next.inboxes.inbox.length], [shutdownMicroprocess("first"), 0]);
});
test("K21: a component that ends by itself says producerFinished", async () => {
  assert.deepEqual((await drive(Feed([1]), {}, { shutdown: false })).signal, [producerFinished()]);
});
test("K21: a message on control that is neither is dropped, and counted", () => {
  const echo = Echo();
  for (const message of ["shutdown", { type: "shutdown" }, null, 5]) echo.stop(message as never);
  assert.equal(echo.microprocess.extras!.drops!.get(echo.inboxes.control), 4);
  const system = manual(echo);
  stepper(system).rest();
  assert.equal(echo.isStopped, false);
});
test("K22: data sent before the shutdown is processed before it, whatever box it came to", async () => {
  const { outbox } = await drive(Pipeline(Feed([1, 2, 3]), Echo()), {}, { shutdown: false });
  assert.deepEqual(outbox, [1, 2, 3]);
});
test("stop() of a chain whose start has ended already stops the rest: a component that has ended passes shutdownMicroprocess on", async () => {
  const log: string[] = [];
  const clock = new VirtualClock();
  const pipeline = Pipeline([Feed(["x"]), Pipeline(Echo(), Echo()), Waits("slow", log, () => sleep(1e6))]);
  clock.setTimer(() => pipeline.stop(), 10);
  await new System({ clock }).run(pipeline);
  assert.deepEqual([log, clock.now()], [["slow told", "slow finally"], 10]);
});
test("a component that has ended passes shutdownMicroprocess on once, so that a ring of them does not turn for ever", () => {
  const ring = Array.from({ length: 3 }, () => Echo());
  for (const [i, echo] of ring.entries()) {
    const next = ring[(i + 1) % 3]!;
    next.link([echo, "signal"], [next, "control"]);
  }
  const system = manual(...ring);
  for (const echo of ring) echo.kill();
  for (const echo of ring) echo.stop();
  assert.equal(system.live, 0);
});
test("a long chain of components that have ended passes shutdownMicroprocess on without using up the stack", () => {
  const chain = Array.from({ length: 50_000 }, () => Feed([]));
  const log: string[] = [];
  const last = Waits("last", log, () => sleep(1e6));
  for (const [i, one] of chain.entries()) last.link([one, "signal"], [chain[i + 1] ?? last, "control"]);
  const system = manual(last, ...chain);
  system.expect("what this test does next");
  stepper(system).rest();
  assert.deepEqual([system.live, last.shutdown?.type], [1, "producerFinished"]);
  chain[0]!.stop();
  stepper(system).rest();
  assert.deepEqual(log, ["last told", "last finally"]);
});

/** How to bring a component into each state. It answers the component, and what ends that state. */
const states: Readonly<Record<string, (log: string[], system: System) => Component<any, any>>> = {
  "never activated": (log) => Waits("x", log),
  "activated, without a turn": (log, system) => system.activate(Waits("x", log)),
  "asleep at its inbox": (log, system) => asleep(system, Waits("x", log)),
  "asleep on a timer": (log, system) =>
    asleep(
      system,
      Waits("x", log, () => sleep(1e6)),
    ),
  "waiting for a promise": (log, system) =>
    asleep(
      system,
      Waits("x", log, () => new Promise(() => {})),
    ),
  paused: (log, system) => {
    const part: Component<any, any> = Waits("x", log, () => part.pause());
    return asleep(system, part);
  },
  held: (log, system) => {
    const part = make("x", function* (_, { outbox }) {
      try {
        for (let go = true; go;) {
          for (let n = 0; n < 3; n++) outbox.send(n);
          go = yield;
        }
        log.push("x told");
      } finally {
        log.push("x finally");
      }
    });
    const full = Echo();
    part.link([part, "outbox"], [full, "inbox"], { bound: 2 });
    full.addChildren(); // never activated, so nobody drains it
    return asleep(system, part);
  },
  closing: (log, system) => asleep(system, Nursery("Parent", [Waits("x", log)])),
};

function asleep(system: System, part: Component<any, any>): Component<any, any> {
  system.activate(part);
  stepper(system).rest();
  return part;
}

for (const [state, bring] of Object.entries(states)) {
  const setUp = (): [string[], System, Component<any, any>] => {
    const log: string[] = [];
    const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
    system.expect("what this test does next");
    return [log, system, bring(log, system)];
  };
  const finished = (system: System, part: Component<any, any>): void => {
    assert.deepEqual([part.isStopped, system.live, system.held, system.sleeping, system.pending], [true, 0, 0, 0, 1]);
  };
  test(`shutdownMicroprocess to a component that is ${state}: it ends at once, finally runs`, () => {
    const [log, system, part] = setUp();
    part.stop();
    if (state === "never activated") system.activate(part);
    stepper(system).rest();
    assert.deepEqual(log, ["x told", "x finally"]);
    finished(system, part);
  });
  test(`killing a component that is ${state}: it ends at once, finally runs, nothing else does`, () => {
    const [log, system, part] = setUp();
    part.kill();
    const started = state !== "never activated" && state !== "activated, without a turn";
    assert.deepEqual(log, started ? ["x finally"] : []);
    finished(system, part);
    part.kill();
    part.stop();
    assert.deepEqual(stepper(system).rest(), []);
    if (state === "never activated")
      assert.throws(() => system.activate(part), { message: "Cannot activate x: it has ended; make a new one" });
  });
  test(`unlinking a component that is ${state}: nothing is lost, and it can still be stopped`, () => {
    const [log, system, part] = setUp();
    const [from, to] = [Echo(), Echo()];
    const links = [from.link([from, "outbox"], [part, "inbox"])];
    if (!part.outboxes["outbox"]!.linked) links.push(from.link([part, "outbox"], [to, "inbox"]));
    else part.unlink(part);
    if (state !== "closing") from.send("kept", "outbox");
    for (const link of links) link.unlink();
    from.send("dropped", "outbox");
    assert.equal(part.inboxes["inbox"]!.tail + from.outboxes.outbox.drops, state === "closing" ? 1 : 2);
    part.kill();
    assert.equal(log.at(-1), state === "never activated" || state === "activated, without a turn" ? undefined : "x finally");
    finished(system, part);
  });
  test(`stopping the system while a component is ${state}: all ends`, async () => {
    const [, system, part] = setUp();
    const stopped = system.stop({ within: 1000 });
    stepper(system).rest();
    await stopped;
    assert.equal(part.isStopped, state !== "never activated");
    assert.equal(system.live, 0);
  });
}
test("killing itself: a component ends with this turn, finally runs", () => {
  const log: string[] = [];
  const part = make("Part", function* (_, __, self) {
    try {
      self.kill();
      log.push("to the end of the turn");
      yield;
      log.push("never");
    } finally {
      log.push("finally");
    }
  });
  const system = manual(part);
  stepper(system).rest();
  assert.deepEqual([log, part.isStopped], [["to the end of the turn", "finally"], true]);
});
test("stopping itself: the next yield answers false", () => {
  const log: string[] = [];
  const part = make("Part", function* ({ inbox }, _, self) {
    self.stop();
    log.push(`${yield inbox}`);
  });
  part.inboxes["inbox"]!.deliver(1);
  stepper(manual(part)).rest();
  assert.deepEqual([log, part.isStopped], [["false"], true]);
});
test("killing a parent from a child's turn ends both, children first", () => {
  const log: string[] = [];
  const parent = Waits("parent", log);
  const child = make("Child", function* () {
    try {
      parent.kill();
      yield;
    } finally {
      log.push("child finally");
    }
  });
  parent.addChildren(child);
  const system = manual(parent, child);
  stepper(system).rest();
  assert.deepEqual([log, system.live], [["parent finally", "child finally"], 0]);
});
test("stop from a child's finally stops the parent, which stops the rest", () => {
  const log: string[] = [];
  const sibling = Waits("sibling", log);
  const parent: Component<any, any> = make("Parent", function* ({ inbox }, _, self) {
    const child = make("Child", function* () {
      try {
        yield;
      } finally {
        parent.stop();
      }
    });
    for (const one of [child, sibling]) {
      self.addChildren(one);
      one.activate();
    }
    log.push(`parent ${yield inbox}`);
  });
  const system = manual(parent);
  stepper(system).rest();
  assert.deepEqual([log, system.live], [["parent false", "sibling told", "sibling finally"], 0]);
});
test("kill from a child's finally while the parent is being killed does no harm", () => {
  const log: string[] = [];
  const parent: Component<any, any> = Waits("parent", log);
  const child = make("Child", function* () {
    try {
      yield sleep(1e6);
    } finally {
      parent.kill();
      log.push("child finally");
    }
  });
  parent.addChildren(child);
  const system = manual(parent, child);
  stepper(system).rest();
  parent.kill();
  stepper(system).rest();
  assert.deepEqual([log.toSorted(), system.live], [["child finally", "parent finally"], 0]);
});
test("a finally that activates a component while it is killed: the new one is told to stop", () => {
  const log: string[] = [];
  const part = make("Part", function* () {
    try {
      yield;
    } finally {
      Waits("late", log).activate();
    }
  });
  const system = manual(part);
  stepper(system).steps(1);
  part.kill();
  stepper(system).rest();
  assert.deepEqual([log, system.live], [["late told", "late finally"], 0]);
});
test("a finally may yield to clean up: after stop() it is resumed, while it is killed it is not", async () => {
  for (const force of [false, true]) {
    const log: string[] = [];
    const part = make("Part", function* () {
      try {
        yield sleep(Infinity);
      } finally {
        log.push("cleans");
        yield sleep(100);
        log.push("clean");
      }
    });
    const clock = new VirtualClock();
    clock.setTimer(() => (force ? part.kill() : part.stop()), 10);
    await new System({ clock }).run(part);
    assert.deepEqual([log, clock.now()], force ? [["cleans"], 10] : [["cleans", "clean"], 110]);
  }
});
test("flaw 26: what does not stop in time is ended by force", async () => {
  const log: string[] = [];
  const clock = new VirtualClock();
  const stubborn = make("Stubborn", function* () {
    try {
      for (;;) yield sleep(1000);
    } finally {
      log.push(`finally at ${clock.now()}`);
    }
  });
  const system = new System({ clock });
  const run = system.run(stubborn);
  clock.setTimer(() => void system.stop({ within: 3500 }), 2000);
  await run;
  assert.deepEqual(log, ["finally at 5500"]);
});
test("system.stop({ within }) twice: the earlier deadline holds", async () => {
  const clock = new VirtualClock();
  const stubborn = make("Stubborn", function* () {
    for (;;) yield sleep(7);
  });
  const system = new System({ clock });
  const run = system.run(stubborn);
  clock.setTimer(() => void system.stop({ within: 100 }), 0);
  clock.setTimer(() => void system.stop({ within: 5000 }), 50);
  await run;
  assert.equal(clock.now(), 100);
});
test("a failure while the system stops does not put the deadline off", async () => {
  const clock = new VirtualClock();
  const stubborn = make("Stubborn", function* () {
    for (;;) yield sleep(7);
  });
  const weak = make("Weak", function* () {
    while (yield sleep(1));
    throw new Error("while stopping");
  });
  const system = new System({ clock });
  system.activate(weak);
  const run = system.run(stubborn);
  clock.setTimer(() => void system.stop({ within: 100 }), 50);
  await assert.rejects(run, { message: "Weak_1 failed: while stopping" });
  assert.equal(clock.now(), 150);
});
test("system.stop() of a system with nothing in it is done at once, and a stopped system can be used again", async () => {
  const system = new System();
  await system.stop();
  system.activate(Echo());
  await system.stop();
  const echo = Echo();
  system.activate(echo);
  echo.stop();
  await system.run();
  assert(echo.isStopped);
});
test("system.stop() asks those that came last first", async () => {
  const log: string[] = [];
  const system = manual(Waits("a", log), Waits("b", log));
  stepper(system).rest();
  const stopped = system.stop();
  stepper(system).rest();
  await stopped;
  assert.deepEqual(log, ["b told", "b finally", "a told", "a finally"]);
});
test("what is activated while the system stops is told to stop, too", async () => {
  const log: string[] = [];
  const part = make("Part", function* ({ inbox }, _, { system }) {
    while (yield inbox);
    system.activate(Waits("late", log));
  });
  const system = manual(part);
  stepper(system).rest();
  const stopped = system.stop();
  stepper(system).rest();
  await stopped;
  assert.deepEqual([log, system.live], [["late told", "late finally"], 0]);
});
test("flaw 26: a component that is held by a full box is stopped, too", async () => {
  const system = new System({ clock: new VirtualClock() });
  const full = Echo();
  const source = make("Source", function* (_, { outbox }) {
    do outbox.send(0);
    while (yield);
  });
  source.link([source, "outbox"], [full, "inbox"], { bound: 1 });
  system.expect("nothing");
  const run = system.run(source);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(system.held, 1);
  source.stop();
  await run;
  assert.deepEqual([source.isStopped, system.held], [true, 0]);
});
test("a component that is held waits on after producerFinished: nothing that it has is lost", () => {
  const source = make("Source", function* (_, { outbox }) {
    for (let n = 0; n < 5; n++) {
      outbox.send(n);
      yield;
    }
  });
  const full = Echo();
  source.link([source, "outbox"], [full, "inbox"], { bound: 1 });
  const system = manual(source);
  system.expect("nothing");
  const turns = stepper(system);
  turns.rest();
  source.stop(producerFinished());
  assert.deepEqual(turns.rest(), []);
  const seen: number[] = [];
  while (!source.isStopped) {
    while (full.inboxes.inbox.length > 0) seen.push(full.inboxes.inbox.recv());
    turns.rest();
  }
  assert.deepEqual([...seen, ...full.inboxes.inbox], [0, 1, 2, 3, 4]);
});

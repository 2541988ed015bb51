// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive, Echo, stepper, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { type Component, producerFinished, sleep, System } from "./index.ts";
import { manual, Nursery, Waits } from "./parts.ts";

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
test("a component that was held is held by nothing any more after shutdownMicroprocess, so that it can clean up", async () => {
  const log: string[] = [];
  const full = Echo();
  const source = make("Source", function* (_, { outbox }) {
    try {
      for (let n = 0; n < 10; n++) outbox.send(n);
      log.push(`${yield}`);
    } finally {
      outbox.send("last");
      log.push(`${yield sleep(10)}`);
    }
  });
  source.link([source, "outbox"], [full, "inbox"], { bound: 1 });
  await drive(source, {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(log, ["false", "false"]);
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

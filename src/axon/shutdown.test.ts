// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { drive, Echo, Feed, stepper, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { type Component, producerFinished, shutdownMicroprocess, sleep, System } from "./index.ts";
import { manual, Nursery, Waits } from "./parts.ts";

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

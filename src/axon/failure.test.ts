// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { drive, Echo, Fails, Feed, stepper, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { script } from "../testing/script.ts";
import { type Component, ComponentFailure, type Ended, sleep, System } from "./index.ts";

/** Fails at its second turn. */
const Bomb = (text: string): Component<any, any> =>
  make("Bomb", function* () {
    yield;
    throw new RangeError(text);
  });
/** In a `finally`, where a `throw` of its own would be taken for a slip. */
function explode(text: string): never {
  throw new Error(text);
}
/** Sleeps, and says so when it is told to stop. */
const Sleeper = (name: string, log: string[]): Component<any, any> =>
  make(name, function* () {
    try {
      yield sleep(1e6);
    } finally {
      log.push(`${name} finally`);
    }
  });
/** Activates these children, and does what it is given. */
function Parent(
  children: readonly Component<any, any>[],
  rest: (self: Component<any, any>) => Generator<any, void, boolean>,
): Component<any, any> {
  return make("Parent", function* (_, __, self) {
    self.addChildren(...children);
    for (const child of children) child.activate();
    yield* rest(self);
  });
}
const virtual = (): System => new System({ clock: new VirtualClock() });

test("point 10: an exception ends its component, finally runs, and the error says which component, why, and with the stack", async () => {
  const log: string[] = [];
  const part = make("Part", function* () {
    try {
      yield;
      (function culprit() {
        throw new TypeError("no such thing");
      })();
    } finally {
      log.push("finally");
    }
  });
  await assert.rejects(virtual().run(Pipeline([Feed([1]), part])), (error) => {
    assert(error instanceof ComponentFailure);
    assert.deepEqual([error.message, error.component], ["Pipeline_1/Part_3 failed: no such thing", "Pipeline_1/Part_3"]);
    assert(error.cause instanceof TypeError);
    assert.match(error.cause.stack!, /at culprit/);
    return true;
  });
  assert.deepEqual([log, part.isStopped, part.failure?.message], [["finally"], true, "Pipeline_1/Part_3 failed: no such thing"]);
});
test("an exception in one component does not vanish: nobody handles it, the system stops with it, and every finally runs", async () => {
  const log: string[] = [];
  const system = virtual();
  system.activate(Sleeper("other", log));
  await assert.rejects(system.run(Bomb("boom")), { name: "ComponentFailure", message: "Bomb_2 failed: boom" });
  assert.deepEqual([log, system.live], [["other finally"], 0]);
});
test("one component's exception does not kill the whole system when its parent handles it", async () => {
  const log: string[] = [];
  const system = virtual();
  const sibling = Sleeper("sibling", log);
  const parent = Parent([Bomb("boom"), sibling], function* () {
    try {
      yield sleep(100);
      log.push("not reached");
    } catch (error) {
      log.push((error as Error).message);
    }
    yield sleep(100);
    sibling.stop();
  });
  await system.run(parent);
  assert.deepEqual([log, system.clock.now()], [["Parent_1/Bomb_2 failed: boom", "sibling finally"], 100]);
});
test("a RuntimeError is not taken for the end: whatever is thrown is a failure", async () => {
  for (const thrown of [new Error("an error"), "a text", undefined, null, { code: 5 }, new DOMException("gone", "AbortError")]) {
    const part = make("Part", function* () {
      yield;
      throw thrown;
    });
    await assert.rejects(drive(part), (error) => {
      assert(error instanceof ComponentFailure);
      assert.equal(error.cause, thrown);
      return true;
    });
  }
});
test("an exception in a function that main calls with yield* does not halt the system silently, as WaitComplete did", async () => {
  function* part(): Generator<void, never, boolean> {
    yield;
    throw new Error("in the middle");
  }
  await assert.rejects(drive(make("Whole", () => part())), { message: "Whole_1 failed: in the middle" });
});
test("an exception before the first yield is a failure, too", async () => {
  const part = make("Part", function* () {
    throw new Error("at once");
  });
  await assert.rejects(virtual().run(part), { message: "Part_1 failed: at once" });
});
test("an exception in a finally is a failure", async () => {
  const part = make("Part", function* () {
    try {
      yield;
    } finally {
      explode("while cleaning up");
    }
  });
  await assert.rejects(drive(part, {}, { shutdown: "shutdownMicroprocess" }), { message: "Part_1 failed: while cleaning up" });
});
test("an exception in a finally of a component that is killed does not vanish", async () => {
  const part = make("Part", function* () {
    try {
      yield sleep(1e6);
    } finally {
      explode("while killed");
    }
  });
  const system = new System();
  const run = system.run(part);
  await new Promise((resolve) => setImmediate(resolve));
  part.kill();
  await assert.rejects(run, { message: "Part_1 failed: while killed" });
});
test("an exception in a listener does not disturb the component that it listens to, and does not vanish", async () => {
  const { code, output, errors } = await script(`
    const system = new axon.System();
    system.observe(({ type }) => {
      if (type === "activated") throw new Error("in a listener");
    });
    process.on("uncaughtException", (error) => console.log(error.message));
    await system.run(make("Part", function* () { yield; console.log("went on"); }));
  `);
  assert.deepEqual([code, output.trim().split("\n").toSorted(), errors], [0, ["in a listener", "went on"], ""]);
});
test("an exception in a whenRoom callback is not thrown into the component that made room, and does not vanish", async () => {
  const { code, output, errors } = await script(`
    const from = make("From", function* () {});
    const to = make("To", function* ({ inbox }) { yield inbox; inbox.recv(); console.log("went on"); });
    from.link([from, "outbox"], [to, "inbox"], { bound: 1 });
    from.send(1, "outbox");
    from.outboxes.outbox.whenRoom(() => { throw new Error("in a socket"); });
    process.on("uncaughtException", (error) => console.log(error.message));
    await to.run();
  `);
  assert.deepEqual([code, output.trim().split("\n").toSorted(), errors], [0, ["in a socket", "went on"], ""]);
});
test("an exception in a watcher is its parent's", async () => {
  const parent = Parent([], function* (self) {
    const child = Bomb("boom");
    self.watch(child, () => {
      throw new Error("in the watcher");
    });
    child.activate();
    yield sleep(10);
  });
  await assert.rejects(virtual().run(parent), { message: "Parent_1 failed: in the watcher" });
});
test("a child's failure is thrown at its parent's yield, whatever the parent waits for", async () => {
  const waits: ((inbox: any) => any)[] = [(inbox) => inbox, () => sleep(1e6), () => new Promise(() => {}), () => {}];
  for (const wait of waits) {
    let caught: unknown;
    const parent = make("Parent", function* ({ inbox }) {
      Bomb("boom").activate();
      try {
        for (;;) yield wait(inbox);
      } catch (error) {
        caught = error;
      }
    });
    await virtual().run(parent);
    assert.equal((caught as Error).message, "Parent_1/Bomb_2 failed: boom");
  }
});
test("a child's failure reaches a parent that is held by a full box", async () => {
  const full = Echo();
  const parent = make("Parent", function* (_, { outbox }) {
    Bomb("boom").activate();
    for (let n = 0; n < 10; n++) outbox.send(n);
    yield;
  });
  parent.link([parent, "outbox"], [full, "inbox"], { bound: 1 });
  await assert.rejects(virtual().run(parent), { message: "Parent_1/Bomb_2 failed: boom" });
});
test("two children that fail in the same round are both thrown at the parent's yield, one after the other", async () => {
  const caught: string[] = [];
  const parent = Parent([Bomb("one"), Bomb("two"), Bomb("three")], function* () {
    while (caught.length < 3) {
      try {
        yield sleep(1e6);
      } catch (error) {
        caught.push((error as Error).message);
      }
    }
  });
  await virtual().run(parent);
  assert.deepEqual(caught, ["Parent_1/Bomb_2 failed: one", "Parent_1/Bomb_3 failed: two", "Parent_1/Bomb_4 failed: three"]);
});
test("a failure on top of another does not crash the process, and does not vanish: it is the first one's also", async () => {
  const Clumsy = (): Component<any, any> =>
    make("Clumsy", function* () {
      try {
        yield sleep(1e6);
      } finally {
        explode("on top");
      }
    });
  const system = virtual();
  for (const root of [Clumsy(), Parent([Bomb("boom"), Clumsy()], () => sleepForever())]) system.activate(root);
  const also = (error: ComponentFailure): unknown[] => error.also?.map(String) ?? [];
  await assert.rejects(system.run(), (error) => {
    assert(error instanceof ComponentFailure);
    assert.equal(error.message, "Parent_2/Bomb_3 failed: boom");
    assert.deepEqual(also(error).toSorted(), [
      "ComponentFailure: Clumsy_1 failed: on top",
      "ComponentFailure: Parent_2/Clumsy_4 failed: on top",
    ]);
    return true;
  });
});
function* sleepForever(): Generator<any, void, boolean> {
  yield sleep(1e6);
}
test("a parent whose main is over fails with its child, and stops the others", async () => {
  const log: string[] = [];
  const clock = new VirtualClock();
  const parent = Parent([Sleeper("sibling", log), Bomb("boom")], function* () {});
  await assert.rejects(new System({ clock }).run(parent), { message: "Parent_1/Bomb_3 failed: boom" });
  assert.deepEqual([log, clock.now(), parent.failure?.component], [["sibling finally"], 0, "Parent_1/Bomb_3"]);
});
test("a child's failure that comes while its parent runs for the last time does not vanish", async () => {
  const child = Sleeper("child", []);
  const clumsy = make("Clumsy", function* () {
    try {
      yield sleep(1e6);
    } finally {
      explode("in the last moment");
    }
  });
  const parent = Parent([child, clumsy], function* () {
    yield sleep(10);
    clumsy.kill();
  });
  await assert.rejects(virtual().run(parent), { message: "Parent_1/Clumsy_3 failed: in the last moment" });
});
test("the parent learns why: watch() tells an inbox instead of throwing", async () => {
  const seen: Ended[] = [];
  const [bomb, feed, sleeper] = [Bomb("boom"), Feed([]), Sleeper("sleeper", [])];
  const parent = make("Parent", function* ({ inbox }, _, self) {
    for (const child of [bomb, feed, sleeper]) {
      self.addChildren(child);
      self.watch(child, inbox);
      child.activate();
    }
    while (seen.length < 3) {
      yield inbox;
      seen.push(inbox.recv());
      if (seen.length === 2) sleeper.kill();
    }
  });
  await virtual().run(parent);
  assert.deepEqual(
    seen.map(({ component, reason, failure }) => [component.name, reason, failure?.message]),
    [
      ["Feed_3", "finished", undefined],
      ["Bomb_2", "failed", "Parent_1/Bomb_2 failed: boom"],
      ["sleeper_4", "killed", undefined],
    ],
  );
});
test("watching two hundred children that end at once does not hold the one that watches", async () => {
  let told = 0;
  const parent = make("Parent", function* ({ inbox }, _, self) {
    const children = Array.from({ length: 200 }, () => Echo());
    for (const child of children) {
      self.addChildren(child);
      self.watch(child, inbox);
      child.activate();
    }
    yield;
    for (const child of children) child.kill();
    while (told < 200) {
      yield inbox;
      for (const _ of inbox) told++;
    }
  });
  await virtual().run(parent);
  assert.equal(told, 200);
});
test("point 11: a component that fails costs only itself, if it is watched", async () => {
  const served: number[] = [];
  const server = make("Server", function* ({ inbox }, _, self) {
    for (let n = 0; n < 6; n++) {
      const session =
        n % 2 === 0
          ? Fails<number>()
          : make("Session", function* ({ inbox: own }) {
              yield own;
              served.push(own.recv());
            });
      self.addChildren(session);
      self.watch(session, inbox);
      session.activate();
      session.inboxes["inbox"]!.deliver(n);
    }
    for (let ended = 0; ended < 6; ended++) {
      yield inbox;
      inbox.recv();
    }
  });
  await virtual().run(server);
  assert.deepEqual(served, [1, 3, 5]);
});
test("a component that fails does not tell the next one that the data has ended", async () => {
  const log: string[] = [];
  const next = make("Next", function* ({ inbox }, _, self) {
    while (yield inbox) inbox.recv();
    log.push(self.shutdown!.type);
  });
  const pipeline = Pipeline([Feed([1, 2]), Fails((n) => n === 2), next]);
  await assert.rejects(virtual().run(pipeline));
  assert.deepEqual(log, ["shutdownMicroprocess"]);
});
test("a system that has failed can be used again", async () => {
  const system = virtual();
  await assert.rejects(system.run(Bomb("boom")));
  const echo = Echo();
  echo.stop();
  await system.run(echo);
  assert(echo.isStopped);
});
test("a component that goes on asking after it was told to stop is ended with an error that names it", async () => {
  for (const shutdown of ["shutdownMicroprocess", "producerFinished"] as const) {
    const deaf = make("Deaf", function* ({ inbox }) {
      for (;;) yield inbox;
    });
    await assert.rejects(drive(deaf, {}, { shutdown, turns: 10_000 }), {
      name: "ComponentFailure",
      message: `Deaf_1 failed: Cannot go on: it was told to stop (${shutdown}) and goes on asking; return when yield answers false`,
    });
  }
});
test("a component that goes on asking and catches that error is ended by force", async () => {
  let caught = 0;
  const deaf = make("Deaf", function* ({ inbox }) {
    for (;;) {
      try {
        yield inbox;
      } catch {
        caught++;
      }
    }
  });
  await assert.rejects(drive(deaf, {}, { turns: 100_000 }), { name: "ComponentFailure", message: /^Deaf_1 failed: Cannot go on/ });
  assert.equal(caught, 2);
});
test("a component that goes on sending after shutdownMicroprocess, when nothing holds it any more, is ended before it fills the memory", async () => {
  let sent = 0;
  const flood = make("Flood", function* (_, { outbox }) {
    for (;;) {
      outbox.send(sent++);
      yield;
    }
  });
  const full = Echo<number>();
  flood.link([flood, "outbox"], [full, "inbox"]);
  await assert.rejects(drive(flood, {}, { shutdown: "shutdownMicroprocess" }), /goes on asking/);
  assert(sent < 10_000, `${sent} messages`);
});
test("a source that goes on sending after producerFinished is let alone while it gets anywhere: it may have much to say", async () => {
  const source = make("Source", function* (_, { outbox }) {
    for (let n = 0; n < 20_000; n++) {
      outbox.send(n);
      yield;
    }
  });
  assert.equal((await drive(source)).outbox?.length, 20_000);
});
test("a component that has much to read after it was told to stop is let alone while it gets anywhere", async () => {
  let read = 0;
  const reader = make("Reader", function* ({ inbox }) {
    while (inbox.length > 0) {
      inbox.recv();
      read++;
      yield;
    }
  });
  await drive(reader, { inbox: Array.from({ length: 10_000 }) }, { shutdown: "shutdownMicroprocess" });
  assert.equal(read, 10_000);
});
test("point 3: a cycle of full boxes is an error that names them", async () => {
  const Chatter = (name: string): Component<any, any> =>
    make(name, function* ({ inbox }, { outbox }) {
      for (let n = 0; n < 10; n++) {
        outbox.send(n);
        yield;
      }
      while (yield inbox) inbox.recv();
    });
  const ring = ["A", "B", "C"].map(Chatter);
  for (const [i, one] of ring.entries()) one.link([one, "outbox"], [ring[(i + 1) % 3]!, "inbox"], { bound: 2 });
  const system = virtual();
  for (const one of ring) system.activate(one);
  await assert.rejects(system.run(), {
    name: "Deadlock",
    message:
      "Cannot go on: deadlock: C_3 waits for room in A_1.inbox (3 of 2), A_1 waits for room in B_2.inbox (3 of 2), B_2 waits for room in C_3.inbox (3 of 2); give the box more room, or read it before sending",
  });
  assert.equal(system.live, 0);
});
test("point 3: a full box that nobody reads is an error that says so", async () => {
  for (const [wait, why] of [
    [({ other }: any) => other, "Reader_2 waits for Reader_2.other"],
    [() => sleep(Infinity), "Reader_2 does not read it"],
  ] as const) {
    const reader = make(
      "Reader",
      function* (inboxes) {
        while (yield wait(inboxes));
      },
      { inboxes: ["inbox", "other"] },
    );
    const source = make("Source", function* (_, { outbox }) {
      do outbox.send(0);
      while (yield);
    });
    source.link([source, "outbox"], [reader, "inbox"], { bound: 1 });
    const system = virtual();
    system.activate(source);
    await assert.rejects(system.run(reader), {
      name: "Deadlock",
      message: `Cannot go on: deadlock: Source_1 waits for room in Reader_2.inbox (2 of 1), and ${why}; give the box more room, or read it before sending`,
    });
  }
});
test("point 3: a full box of a component that was never activated is an error that says so", async () => {
  const source = Feed(Array.from({ length: 1000 }));
  source.link(source.outboxes.outbox, Echo().inboxes.inbox);
  await assert.rejects(virtual().run(source), {
    message:
      "Cannot go on: deadlock: Feed_1 waits for room in Echo.inbox (129 of 128), and Echo was never activated; give the box more room, or read it before sending",
  });
});
test("point 3: it is no deadlock while a timer, a promise or something outside may still help", () => {
  for (const helper of [() => sleep(1000), () => new Promise(() => {})]) {
    const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
    const source = system.activate(Feed(Array.from({ length: 1000 })));
    source.link(source.outboxes.outbox, Echo().inboxes.inbox);
    system.activate(
      make("Helper", function* () {
        yield helper();
      }),
    );
    stepper(system).rest();
    assert.deepEqual([source.isStopped, system.held], [false, 1]);
    for (const root of [...system.roots]) root.component.kill();
  }
});

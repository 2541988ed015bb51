// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { drive, Echo, Feed, ToList, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { type Component, producerFinished, sleep, System } from "./index.ts";

const MANY = 100_000;
/** Waits until it is told to stop, and counts. */
function Waiter(count: { ended: number }): Component<any, any> {
  return make("Waiter", function* ({ inbox }) {
    try {
      while (yield inbox);
    } finally {
      count.ended++;
    }
  });
}
/** A tree that is this deep: each component has one child. It stays until that has ended. */
function Nest(depth: number, count: { ended: number }, leaf: () => Component<any, any> = () => Waiter(count)): Component<any, any> {
  let nest = leaf();
  for (let i = 0; i < depth; i++) {
    const child = nest;
    nest = make("Nest", function* (_, __, self) {
      self.addChildren(child);
      child.activate();
    });
  }
  return nest;
}
/** How to end a system, with all that is in it. */
const ends: Readonly<Record<string, (system: System, root: Component<any, any>) => Promise<void> | void>> = {
  "stopping the parent": (_, root) => root.stop(),
  "telling it producerFinished": (_, root) => root.stop(producerFinished()),
  "killing the parent": (_, root) => root.kill(),
  "stopping the system": (system) => system.stop({ within: 60_000 }),
};

test("1,000,000 messages sent in one turn arrive, in order, and the sender waits until they are read", async () => {
  const count = 1_000_000;
  const source = make("Source", function* (_, { outbox }) {
    for (let n = 0; n < count; n++) outbox.send(n);
    yield;
    outbox.send("last");
  });
  let next = 0;
  const sink = make("Sink", function* ({ inbox }) {
    while (yield inbox) {
      const message: unknown = inbox.recv();
      if (message === "last") assert.equal(next, count);
      else assert.equal(message, next++);
    }
  });
  const pipeline = Pipeline([source, sink]);
  await new System().run(pipeline);
  assert.deepEqual([next, sink.inboxes["inbox"]!.peak], [count, count]);
});
test("1,000,000 messages through a pipeline of boxes that hold one each", async () => {
  let sum = 0;
  const sink = make("Sink", function* ({ inbox }) {
    while (yield inbox) sum += inbox.recv() as number;
  });
  const source = make("Source", function* (_, { outbox }) {
    for (let n = 1; n <= 1_000_000; n++) {
      outbox.send(n);
      if (n % 100 === 0) yield;
    }
  });
  await new System().run(Pipeline.with({ boxSize: 1 })([source, Echo(), sink]));
  assert.equal(sum, 500_000_500_000);
});
for (const [how, end] of Object.entries(ends)) {
  test(`100,000 components side by side end in one go: ${how}`, async () => {
    const count = { ended: 0 };
    const children = Array.from({ length: MANY }, () => Waiter(count));
    const parent = make("Parent", function* (_, __, self) {
      self.addChildren(...children.slice(0, 10));
      for (const child of children) child.activate();
    });
    const system = new System();
    system.activate(parent);
    await system.run();
    assert.equal(system.live, MANY + 1);
    await end(system, parent);
    await system.run();
    assert.deepEqual([count.ended, system.live], [MANY, 0]);
  });
  test(`100,000 components in nests 10,000 deep end in one go: ${how}`, async () => {
    const count = { ended: 0 };
    const nests = Array.from({ length: 10 }, () => Nest(9_999, count));
    const parent = make("Parent", function* (_, __, self) {
      self.addChildren(...nests);
      for (const nest of nests) nest.activate();
    });
    const system = new System();
    system.activate(parent);
    await system.run();
    assert.equal(system.live, MANY + 1);
    await end(system, parent);
    await system.run();
    assert.deepEqual([count.ended, system.live], [10, 0]);
  });
}
test("a failure 10,000 levels down reaches the top, through parents whose main is over", async () => {
  const bomb = (): Component<any, any> =>
    make("Bomb", function* () {
      yield;
      throw new Error("down there");
    });
  await assert.rejects(new System().run(Nest(10_000, { ended: 0 }, bomb)), (error: Error) => {
    assert.match(error.message, /^Nest_1\/Nest_2\/.*\/Bomb_10001 failed: down there$/);
    return true;
  });
});
test("a failure 10,000 levels down reaches the top, through parents that wait", async () => {
  let nest: Component<any, any> = make("Bomb", () => assert.fail("down there"));
  for (let i = 0; i < 10_000; i++) {
    const child = nest;
    nest = make("Nest", function* () {
      child.activate();
      yield sleep(Infinity);
    });
  }
  await assert.rejects(new System({ clock: new VirtualClock() }).run(nest), /down there/);
});
test("Pipelines nested 1,000 deep pass messages and shutdown through, and end", async () => {
  let nested: Component<any, any> = Echo();
  for (let i = 0; i < 1_000; i++) nested = Pipeline([nested]);
  const list: number[] = [];
  await new System().run(Pipeline([Feed([1, 2, 3]), nested, ToList(list)]));
  assert.deepEqual(list, [1, 2, 3]);
});
test("a Pipeline of 10,000 components passes messages and shutdown through, and ends", async () => {
  const list: number[] = [];
  const echoes = Array.from({ length: 10_000 }, () => Echo());
  await new System().run(Pipeline([Feed([1, 2, 3]), ...echoes, ToList(list)]));
  assert.deepEqual(list, [1, 2, 3]);
});
test("a Pipeline of 10,000 components is stopped at once", async () => {
  const pipeline = Pipeline(Array.from({ length: 10_000 }, () => Echo()));
  const system = new System();
  await system.run(pipeline);
  pipeline.stop();
  await system.run();
  assert.equal(system.live, 0);
});
test("100,000 components that fail at once: the first failure is the error, none vanishes", async () => {
  const Bomb = (n: number): Component<any, any> =>
    make("Bomb", function* () {
      throw new Error(String(n));
    });
  const system = new System();
  const parent = make("Parent", function* () {
    for (let i = 0; i < MANY; i++) Bomb(i).activate();
    yield sleep(Infinity);
  });
  await assert.rejects(system.run(parent), (error: { also?: unknown[] } & Error) => {
    assert.equal(error.message, "Parent_1/Bomb_2 failed: 0");
    assert.equal(error.also?.length, MANY - 1);
    return true;
  });
  assert.equal(system.live, 0);
});
test("100,000 senders to one full box are all held, and all released", async () => {
  const sink = make("Sink", function* ({ inbox }) {
    for (let n = 0; n < MANY;) {
      yield inbox;
      for (const _ of inbox) n++;
    }
  });
  const system = new System();
  const over = system.expect("the reader");
  for (let i = 0; i < MANY; i++) {
    const source = Feed([i]);
    sink.link(source.outboxes.outbox, sink.inboxes["inbox"]!);
    system.activate(source);
  }
  while (system.held < MANY - 128) await new Promise((resolve) => setImmediate(resolve));
  over();
  system.activate(sink);
  await system.run();
  assert.deepEqual([sink.isStopped, system.live, system.held], [true, 0, 0]);
});
test("a component that makes and ends children for ever leaves nothing behind", async () => {
  let made = 0;
  const parent = make("Parent", function* (_, __, self) {
    for (; made < MANY; made++) {
      const child = Echo();
      self.addChildren(child);
      self.link(self.outboxes["outbox"]!, child.inboxes.inbox);
      child.activate();
      self.unlink(child);
      child.stop();
      if (made % 100 === 0) {
        yield sleep(0);
        assert(self.childComponents().length <= 100);
      }
    }
  });
  const system = new System({ clock: new VirtualClock() });
  await system.run(parent);
  assert.deepEqual([made, parent.microprocess.linkages?.size, system.live], [MANY, 0, 0]);
});
test("drive() on a component that never ends answers", async () => {
  for (const wait of [() => {}, () => sleep(1), () => sleep(Infinity), () => new Promise(() => {})]) {
    const endless = make("Endless", function* () {
      for (;;) yield wait();
    });
    await assert.rejects(drive(endless, {}, { shutdown: false, turns: 10_000, time: 10_000, patience: 0 }), /Endless_1 does not end: it /);
  }
});
test("whatever is thrown, the failure has a text, and the system goes on", async () => {
  const awkward = {
    toString() {
      throw new Error("no text");
    },
  };
  for (const thrown of [Object.create(null), awkward, Symbol("odd"), undefined]) {
    const fails = make("Fails", function* () {
      throw thrown;
    });
    const system = new System();
    await assert.rejects(system.run(fails), ({ name, cause }: Error) => name === "ComponentFailure" && cause === thrown);
  }
});

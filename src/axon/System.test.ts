// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { Echo, Feed, SeededRandom, stepper, ToList, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { script } from "../testing/script.ts";
import { type Component, defaultSystem, type Network, realClock, sleep, System } from "./index.ts";

const Sleeper = (milliseconds: number): Component<any, any> =>
  make("Sleeper", function* () {
    yield sleep(milliseconds);
  });

test("K16: run() is fulfilled when the component has ended", async () => {
  const list: number[] = [];
  const pipeline = Pipeline(Feed([1, 2, 3]), ToList(list));
  await new System().run(pipeline);
  assert.deepEqual([list, pipeline.isStopped], [[1, 2, 3], true]);
});
test("K16: run() without a component is fulfilled when all there is has ended", async () => {
  const system = new System({ clock: new VirtualClock() });
  for (const time of [10, 1000, 100]) system.activate(Sleeper(time));
  await system.run();
  assert.deepEqual([system.live, system.clock.now()], [0, 1000]);
});
test("run() of one component does not wait for the others", async () => {
  const system = new System({ clock: new VirtualClock() });
  const long = system.activate(Sleeper(1000));
  await system.run(Sleeper(10));
  assert.equal(system.clock.now(), 10);
  assert.equal(long.isStopped, false);
  await system.run();
  assert.equal(system.clock.now(), 1000);
});
test("run() is fulfilled when nothing is left that could ever run", async () => {
  const system = new System();
  const echo = Echo();
  await system.run(echo);
  assert.equal(echo.isStopped, false);
  echo.inboxes.inbox.deliver(1);
  await system.run();
  assert.equal(echo.inboxes.inbox.length, 0);
});
test("run() waits while something outside may still send", async () => {
  const system = new System();
  const over = system.expect("a visitor");
  assert.deepEqual(system.expectations, ["a visitor"]);
  let done = false;
  const run = system.run(Echo()).then(() => (done = true));
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(done, false);
  over();
  over();
  await run;
  assert.deepEqual([system.expectations, system.pending], [[], 0]);
});
test("run() of a component that has ended is fulfilled at once", async () => {
  const system = new System();
  const feed = Feed([]);
  await system.run(feed);
  await system.run(feed).catch((error: Error) => assert.match(error.message, /has ended/));
});
test("several callers of run() are all told", async () => {
  const system = new System({ clock: new VirtualClock() });
  await Promise.all([system.run(Sleeper(10)), system.run(Sleeper(20)), system.run()]);
  const failing = [system.run(Sleeper(1000)), system.run(make("Bomb", () => assert.fail("boom"))), system.run()];
  const settled = await Promise.allSettled(failing);
  assert.deepEqual(
    settled.map((one) => (one.status === "rejected" ? one.reason.message : "fulfilled")),
    Array(3).fill("Bomb_4 failed: boom"),
  );
});
test("component.run() uses the default system, without being asked for", async () => {
  const echo = Echo();
  echo.stop();
  await echo.run();
  assert.equal(echo.system, defaultSystem());
});
test("point 8: systems have clocks, random sources, networks and numbers of their own, which children inherit", async () => {
  const network = {} as Network;
  const seen: unknown[] = [];
  const Child = (): Component<any, any> =>
    make("Child", function* (_, __, { system, name }) {
      seen.push([name, system.clock, system.random.integer(1000), system.network === network]);
    });
  const Parent = (): Component<any, any> =>
    make("Parent", function* () {
      Child().activate();
    });
  const [one, two] = [new VirtualClock(), new VirtualClock()];
  await Promise.all([
    new System({ clock: one, random: new SeededRandom(1), network }).run(Parent()),
    new System({ clock: two, random: new SeededRandom(1) }).run(Parent()),
  ]);
  const number = new SeededRandom(1).integer(1000);
  assert.deepEqual(seen, [
    ["Child_2", one, number, true],
    ["Child_2", two, number, false],
  ]);
});
test("point 8: systems know nothing of each other: one fails or stops, the other goes on", async () => {
  const [one, two] = [new System({ clock: new VirtualClock() }), new System({ clock: new VirtualClock() })];
  const other = Sleeper(1000);
  const run = two.run(other);
  await assert.rejects(one.run(make("Bomb", () => assert.fail("boom"))));
  await one.stop();
  await run;
  assert.equal(two.clock.now(), 1000);
});
test("a system takes the real time and a seed that differs each time, unless it is told otherwise", () => {
  const [one, two] = [new System(), new System()];
  assert.equal(one.clock, realClock);
  assert.notEqual(one.random.next(), two.random.next());
});
test("observe() tells what changes, until it is told to stop", async () => {
  const system = new System({ clock: new VirtualClock() });
  const seen: string[] = [];
  const stop = system.observe((change) => seen.push("component" in change ? `${change.type} ${change.component.name}` : change.type));
  const parent = make("Parent", function* (_, __, self) {
    const child = Feed([1]);
    self.addChildren(child);
    self.link(child.outboxes.outbox, self.inboxes["inbox"]!).unlink();
    child.activate();
  });
  await system.run(parent);
  stop();
  await system.run(Feed([]));
  assert.deepEqual(seen, ["activated Parent_1", "linked", "unlinked", "activated Feed_2", "ended Feed_2", "ended Parent_1"]);
});
test("observe() costs nothing once nobody listens", () => {
  const system = new System();
  const stops = [system.observe(() => {}), system.observe(() => {})];
  assert(system.changes !== undefined);
  for (const stop of stops) stop();
  assert.equal(system.changes, undefined);
});
test("step() of a manual system answers undefined when nobody has anything to do", () => {
  const system = new System({ manual: true });
  assert.equal(system.step(), undefined);
  system.activate(Feed([1]));
  assert.deepEqual(stepper(system).rest(), ["Feed_1", "Feed_1"]);
});
test("point 7: the process exits by itself when nothing is left that could ever run", async () => {
  const ran = await script(`
    const idle = make("Idle", function* ({ inbox }) { while (yield inbox); });
    await idle.run();
    console.log("done");
  `);
  assert.deepEqual(ran, { code: 0, signal: null, output: "done\n", errors: "" });
});
test("point 10: a failure that nobody handles ends the process with an error that names the component, and a code that is not 0", async () => {
  for (const lines of [
    `await make("Bomb", function* () { yield; throw new RangeError("boom"); }).run();`,
    `make("Bomb", function* () { yield; throw new RangeError("boom"); }).activate();`,
  ]) {
    const { code, errors } = await script(lines);
    assert.equal(code, 1);
    assert.match(errors, /ComponentFailure: Bomb_1 failed: boom/);
    assert.match(errors, /RangeError: boom\n\s+at .*:2:/);
  }
});
test("Ctrl-C stops the system: every finally runs, and the process ends well", async () => {
  const ran = await script(
    `
    await make("Part", function* () {
      try { console.log("runs"); yield axon.sleep(1e9); } finally { console.log("finally"); }
    }).run();
    console.log("done");
  `,
    (output, child) => {
      if (output === "runs\n") child.kill("SIGINT");
    },
  );
  assert.deepEqual(ran, { code: 0, signal: null, output: "runs\nfinally\ndone\n", errors: "" });
});
test("a second Ctrl-C ends the process at once", async () => {
  const ran = await script(
    `
    await make("Deaf", function* () {
      for (;;) console.log((yield axon.sleep(1e9)) ? "sleeps" : "told");
    }).run();
  `.replace("yield axon", `console.log("runs"), yield axon`),
    (output, child) => {
      if (output.endsWith("runs\n")) child.kill("SIGINT");
    },
  );
  assert.deepEqual(ran, { code: 130, signal: null, output: "runs\ntold\nruns\n", errors: "" });
});
test("Ctrl-C is the system's only while somebody waits in run()", async () => {
  const ran = await script(
    `
    await make("Part", function* () { yield; }).run();
    console.log("over");
    setInterval(() => {}, 1e6);
  `,
    (_, child) => child.kill("SIGINT"),
  );
  assert.deepEqual([ran.code, ran.signal, ran.output], [null, "SIGINT", "over\n"]);
});
test("System() refuses times and counts that are none, and so does stop()", async () => {
  for (const options of [{ slice: NaN }, { slice: -1 }, { quantum: 0 }, { quantum: NaN }, { grace: NaN }, { grace: -1 }])
    assert.throws(() => new System(options), RangeError);
  const system = new System();
  const sleeper = system.activate(Sleeper(1e6));
  await assert.rejects(system.stop({ within: NaN }), {
    name: "RangeError",
    message: "Cannot let components end within NaN ms: give 0 or more",
  });
  assert.equal(sleeper.toldToStop, false);
  await system.stop();
});
test("System: a child cannot be activated in another system than its parent", async () => {
  const elsewhere = new System();
  const child = Echo();
  const parent = make("Parent", function* (_, __, self) {
    self.addChildren(child);
    elsewhere.activate(child);
    yield;
  });
  await assert.rejects(new System().run(parent), {
    message: "Parent_1 failed: Cannot activate Echo in another system than its parent Parent_1: children live in their parent's",
  });
});

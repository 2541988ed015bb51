// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { drive, VirtualClock } from "../../testing/index.ts";
import { make } from "../../testing/make.ts";
import { type Component, ComponentFailure, type Ended, producerFinished, sleep, System, thread } from "../index.ts";
import { workers } from "./browser.ts";
import { chain, countThreads, Deaf, inThread, Keep, Source } from "./parts.ts";

/** Runs a component alone, with these messages, and answers what it failed with. */
async function failureOf(
  component: Component<any, any>,
  inbox: readonly unknown[] = [],
): Promise<{ failure: ComponentFailure; list: unknown[] }> {
  const list: unknown[] = [];
  const keep = Keep(list);
  const system = new System();
  chain(system, Source(inbox), component, keep);
  const ended = await new Promise<Ended>((resolve) => keep.watch(component, resolve));
  await system.stop();
  assert.equal(ended.reason, "failed");
  assert.ok(ended.failure instanceof ComponentFailure);
  return { failure: ended.failure, list };
}

/** Activates a component that says when it has started, and waits for that. */
async function started(system: System, component: Component<any, any>): Promise<unknown[]> {
  const list: unknown[] = [];
  await new Promise<void>((resolve) => chain(system, component, Keep(list, resolve)));
  return list;
}

test("producerFinished lets a thread finish what was sent before, and it passes producerFinished on", async () => {
  const inbox = Array.from({ length: 1000 }, (_, i) => i);
  await drive(inThread("echo"), { inbox }).expect({ outbox: inbox, signal: [{ type: "producerFinished" }] });
});
test("shutdownMicroprocess ends a thread's reads at once, and what it had not read is dropped", async () => {
  const system = new System();
  const list: unknown[] = [];
  const busy = inThread("busy");
  await new Promise<void>((resolve) => {
    chain(system, Source([1, 2, 3, 4, 5]), busy, Keep(list, resolve));
  });
  busy.stop();
  await busy.ended;
  await system.stop();
  assert.deepEqual(list, [1, "end"]);
});
test("shutdownMicroprocess wakes a thread that waits, and its wait is answered false", async () => {
  const system = new System();
  const obedient = inThread("obedient");
  const list = await started(system, obedient);
  obedient.stop();
  await obedient.ended;
  await system.stop();
  assert.deepEqual(list, ["started", [false, true]]);
});
test("messages for a thread that is still starting are not lost, nor is the end", async () => {
  const system = new System();
  const list: unknown[] = [];
  const echo = inThread("echo");
  chain(system, echo, Keep(list));
  echo.inboxes["inbox"]!.deliver(1);
  echo.stop(producerFinished());
  await echo.ended;
  await system.stop();
  assert.deepEqual(list, [1]);
});
for (const body of ["endless", "stuck"]) {
  test(`a thread that goes on after shutdownMicroprocess is ended by force after its grace time (${body})`, async () => {
    const clock = new VirtualClock({ auto: false });
    const system = new System({ clock });
    const endless = inThread(body, { inboxes: [], grace: 700 });
    await started(system, endless);
    const ended = new Promise<Ended>((resolve) => endless.watch(endless, resolve));
    endless.stop();
    await new Promise(setImmediate);
    clock.advance(699);
    assert.equal(endless.isStopped, false);
    clock.advance(1);
    assert.equal(endless.isStopped, true);
    assert.equal((await ended).reason, "killed");
    await system.stop();
  });
  test(`stop({ within }) ends a thread that never ends (${body})`, async () => {
    const clock = new VirtualClock({ auto: false });
    const system = new System({ clock });
    const endless = inThread(body, { inboxes: [], grace: Infinity });
    await started(system, endless);
    const stopped = system.stop({ within: 50 });
    clock.advance(50);
    await stopped;
    assert.equal(endless.isStopped, true);
  });
  test(`kill() ends a thread at once (${body})`, async () => {
    const system = new System();
    const endless = inThread(body, { inboxes: [] });
    await started(system, endless);
    endless.kill();
    assert.equal(endless.isStopped, true);
    await system.stop();
  });
}
test("kill() ends a thread that waits for messages, or for room, or is still starting", async () => {
  const system = new System();
  const [waiting, held, starting] = [inThread("obedient"), inThread("source", { bound: 1 }), inThread("echo")] as const;
  const deaf = Deaf();
  deaf.setInboxSize("inbox", 1);
  await started(system, waiting);
  const isHeld = new Promise<void>((resolve) => system.observe((change) => change.type === "held" && resolve()));
  chain(system, held, deaf);
  held.inboxes["inbox"]!.deliver(new SharedArrayBuffer(4));
  await isHeld;
  system.activate(starting);
  for (const part of [waiting, held, starting]) {
    part.kill();
    assert.equal(part.isStopped, true);
  }
  await system.stop();
});

test("a thread that throws fails its component with its message and its stack, after what it sent before", async () => {
  const { failure, list } = await failureOf(inThread("throws"), ["before", "now", "after"]);
  assert.equal(failure.message, "throws_2 failed: cannot go on");
  const cause = failure.cause as Error;
  assert.ok(cause instanceof RangeError);
  assert.match(cause.stack!, /RangeError: cannot go on\n.*bodies\.worker\.ts/s);
  assert.deepEqual(list, ["before", "now"]);
});
test("a thread may throw anything", async () => {
  const { failure } = await failureOf(inThread("throwsText"));
  assert.equal(failure.message, "throwsText_2 failed: just text");
});
test("the failure of a thread is thrown at its parent's yield", async () => {
  const child = inThread("throws");
  const parent = make("Parent", function* (_, { outbox }, self) {
    self.addChildren(child);
    child.activate();
    child.inboxes["inbox"]!.deliver("now");
    try {
      yield;
      yield new Promise(() => {});
    } catch (error) {
      outbox.send((error as Error).message);
    }
  });
  await drive(parent).expect({ outbox: ["Parent_1/throws_2 failed: cannot go on"] });
});
test("a system with a thread that throws stops with that error", async () => {
  const throws = inThread("throws");
  throws.inboxes["inbox"]!.deliver("now");
  await assert.rejects(new System().run(throws), { name: "ComponentFailure", message: "throws_1 failed: cannot go on" });
});
test("a thread that exits fails its component, after what it sent before", async () => {
  const { failure, list } = await failureOf(Finishing(inThread("exits")), [1, 2, 3]);
  assert.equal((failure.cause as Error).message, "its thread exited with code 3 before its function had returned");
  assert.deepEqual(list, [1, 2, 3]);
});
test("a thread that runs out of memory fails its component", async () => {
  const { failure } = await failureOf(inThread("hungry", { resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 } }));
  assert.equal((failure.cause as Error).message, "its thread ran out of memory; give it more with resourceLimits");
});
test("a thread whose file is missing, broken, or runs nothing fails its component", async () => {
  const cases = [
    ["missing.worker.ts", /^Cannot start thread Wrong_2: there is no file .*missing\.worker\.ts$/],
    ["parts.ts", /^Cannot start thread Wrong_2: parts\.ts exited with code 0 and never called worker\(…\)$/],
    ["bodies.worker.ts", /^Cannot start thread Wrong_2: bodies\.worker\.ts exited with code 0 and never called worker\(…\)$/],
    ["../../../package.json", /^Cannot start thread Wrong_2: .*package\.json/],
  ] as const;
  for (const [file, message] of cases) {
    function Wrong(): Component<any, any> {
      return thread(Wrong, new URL(`./${file}`, import.meta.url), { inboxes: { inbox: "" }, outboxes: { outbox: "" } });
    }
    const { failure } = await failureOf(Wrong());
    assert.match((failure.cause as Error).message, message);
  }
});
test("worker() refuses a second function", async () => {
  const { failure } = await failureOf(inThread("twice"));
  assert.equal((failure.cause as Error).message, "Cannot run a second function in the thread of twice_2: worker(…) was called already");
});
test("where there are no threads, the error says so", () => {
  assert.throws(() => workers.start(undefined as never, undefined as never, undefined, undefined as never), {
    message: "there are no threads here that may block; it runs under Node.js",
  });
  assert.equal(workers.inside(), undefined);
});

test("a thread that can only wait for messages does not keep the system, nor the process", () => {
  const program = `
    Promise.all(["parts.ts", "../index.ts"].map((file) => import(${JSON.stringify(new URL(".", import.meta.url).href)} + file))).then(
      async ([{ inThread, Keep, chain }, { System }]) => {
        const system = new System();
        const echo = inThread(process.argv[1]);
        chain(system, echo, Keep([], () => console.log("back")));
        echo.inboxes.inbox.deliver(1);
        await system.run();
        console.log(echo.isStopped);
      },
    );
  `;
  for (const body of ["echo", "async", "component"]) {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", program, body], {
      encoding: "utf8",
      timeout: 20_000,
    });
    assert.deepEqual({ stdout, stderr, status }, { stdout: "back\nfalse\n", stderr: "", status: 0 });
  }
});
test("virtual time stands still while a thread works", async () => {
  const clock = new VirtualClock();
  const system = new System({ clock });
  const list: unknown[] = [];
  const sleeper = make("Sleeper", function* () {
    yield sleep(1000);
  });
  const echo = inThread("echo");
  chain(
    system,
    Source([1, 2, 3]),
    echo,
    Keep(list, () => list.push(clock.now())),
  );
  system.activate(sleeper);
  await sleeper.ended;
  await system.stop();
  assert.deepEqual(list, [1, 0, 2, 0, 3, 0]);
});
test(
  "20 times started and stopped, no thread is left",
  { skip: !existsSync("/proc/self/task") && "only Linux counts its threads" },
  async () => {
    const cycle = async (): Promise<void> => {
      const list: unknown[] = [];
      const system = new System();
      const echo = inThread("echo");
      chain(system, Source([1, 2, 3]), echo, Keep(list));
      echo.stop(producerFinished());
      await echo.ended;
      await system.stop();
    };
    await cycle();
    const before = countThreads();
    for (let i = 0; i < 20; i++) await cycle();
    assert.ok(countThreads() <= before, `${before} threads before, ${countThreads()} after`);
  },
);

test("a component whose thread gets no more messages sleeps until that has ended, though some wait: after a fault, or told to stop", async () => {
  const unsendable = drive(inThread("echo"), { inbox: [1, () => {}, 2] }, { turns: 1000 });
  await assert.rejects(unsendable, {
    name: "ComponentFailure",
    message: /^echo_1 failed: Cannot pass a message of echo_1\.inbox to another thread: /,
  });
  await drive(inThread("echo"), { inbox: [1, 2] }, { shutdown: "shutdownMicroprocess", turns: 1000 }).expect({ outbox: [] });
});
test("thread() refuses a grace time that is none", () => {
  assert.throws(() => inThread("echo", { grace: NaN }), {
    name: "RangeError",
    message: "Cannot make thread echo: its grace is NaN ms; give 0 or more",
  });
});

/** Tells a component that the data has ended as soon as it is activated. */
function Finishing<C extends Component<any, any>>(component: C): C {
  component.stop(producerFinished());
  return component;
}

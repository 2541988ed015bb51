// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive, Echo, stepper, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import {
  anyOf,
  type Component,
  ComponentFailure,
  type Main,
  producerFinished,
  settled,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
  System,
  type Wait,
} from "./index.ts";

/** Waits for this again and again, and notes each answer, until it is false. */
function Asks(wait: (inboxes: any) => Wait, answers: unknown[], inboxes: readonly string[] = ["inbox"]): Component<any, any> {
  return make(
    "Asks",
    function* (boxes, _, { system }) {
      for (let answer = true; answer;) {
        answer = yield wait(boxes);
        answers.push(`${answer} at ${system.clock.now()}`);
        for (const name of inboxes) if (boxes[name]!.length > 0) boxes[name]!.recv();
      }
    },
    { inboxes, outboxes: [] },
  );
}

/** Runs a component, and tells it this after a second. */
async function toldLater(component: Component<any, any>, message: Shutdown): Promise<void> {
  const clock = new VirtualClock();
  clock.setTimer(() => component.stop(message), 1000);
  await drive(component, {}, { clock, shutdown: false });
}

test("yield inbox answers true for each message, and false when the box is drained after producerFinished", async () => {
  const answers: string[] = [];
  await drive(
    Asks(({ inbox }) => inbox, answers),
    { inbox: at({ 0: "a", 10: "b" }) },
  );
  assert.deepEqual(answers, ["true at 0", "true at 10", "false at 10"]);
});
test("yield inbox answers false at once after shutdownMicroprocess, whatever waits in the box", async () => {
  const answers: string[] = [];
  const asks = Asks(({ inbox }) => inbox, answers);
  await drive(asks, { inbox: ["a", "b"] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([answers, asks.inboxes["inbox"]!.length], [["false at 0"], 1]);
});
test("yield anyOf(a, b) answers true when one of them has a message, and false when all are drained", async () => {
  const answers: string[] = [];
  await drive(
    Asks(({ a, b }) => anyOf(a, b), answers, ["a", "b"]),
    { a: at({ 5: 1 }), b: at({ 3: 2, 9: 3 }) },
  );
  assert.deepEqual(answers, ["true at 3", "true at 5", "true at 9", "false at 9"]);
});
test("yield anyOf(inbox, sleep) answers true when the time is over, too", async () => {
  const answers: string[] = [];
  await drive(
    Asks(({ inbox }) => anyOf(inbox, sleep(100), sleep(40)), answers),
    { inbox: at({ 10: 1, 100: 2 }) },
  );
  assert.deepEqual(answers, ["true at 10", "true at 50", "true at 90", "true at 100", "false at 100"]);
});
test("yield anyOf(sleep) is a sleep that ends at once when told to stop", async () => {
  const answers: string[] = [];
  await drive(Asks(() => anyOf(sleep(50)), answers));
  assert.deepEqual(answers, ["false at 0"]);
});
test("a bare yield lets the others have a turn, and answers false once told to stop", async () => {
  const answers: string[] = [];
  await drive(Asks(() => {}, answers));
  assert.deepEqual(answers, ["false at 0"]);
});
test("yield 1, as the original's components say, is a bare yield", async () => {
  const system = new System({ manual: true });
  for (const answers of [[], []]) system.activate(Asks(() => 1, answers));
  assert.deepEqual(stepper(system).steps(4), ["Asks_1", "Asks_2", "Asks_1", "Asks_2"]);
});
test("yield sleep(ms) sleeps on the system's clock", async () => {
  const answers: string[] = [];
  await drive(Asks(() => sleep(1500), answers));
  assert.deepEqual(answers, ["false at 1500"], "it has inboxes: it may be delaying what it holds, so producerFinished does not wake it");
});
test("yield sleep(0) comes back, after the others", async () => {
  const order: string[] = [];
  const Part = (name: string): Component<any, any> =>
    make(name, function* () {
      for (let i = 0; i < 2; i++) {
        order.push(name);
        yield sleep(0);
      }
    });
  const system = new System({ clock: new VirtualClock() });
  system.activate(Part("a"));
  system.activate(Part("b"));
  await system.run();
  assert.deepEqual(order, ["a", "b", "a", "b"]);
});
test("yield sleep(ms) of a component without inboxes ends at once on producerFinished", async () => {
  const answers: string[] = [];
  await drive(Asks(() => sleep(1500), answers, []));
  assert.deepEqual(answers, ["false at 0"]);
});
for (const inboxes of [[], ["inbox"]]) {
  test(`yield sleep(ms) with ${inboxes.length} inboxes ends at once on shutdownMicroprocess`, async () => {
    const answers: string[] = [];
    await toldLater(
      Asks(() => sleep(5000), answers, inboxes),
      shutdownMicroprocess(),
    );
    assert.deepEqual(answers, ["false at 1000"]);
  });
}
test("yield sleep(Infinity) sleeps until the component is told to stop, however gently", async () => {
  const answers: string[] = [];
  await toldLater(
    Asks(() => sleep(Infinity), answers),
    producerFinished(),
  );
  assert.deepEqual(answers, ["false at 1000"]);
});
test("sleep() refuses what is no time", () => {
  for (const time of [Number.NaN, undefined as never, "soon" as never]) {
    assert.throws(() => sleep(time), { name: "RangeError", message: `Cannot sleep for ${time} ms: give a number` });
  }
});
test("sleep() until what is already over takes no time: whoever computes it may have been paused in between", async () => {
  const answers: string[] = [];
  await toldLater(
    Asks(() => (answers.length === 0 ? sleep(-17.2) : sleep(Infinity)), answers),
    producerFinished(),
  );
  assert.deepEqual(answers, ["true at 0", "false at 1000"]);
});
test("a message does not end a sleep, and waits for it", async () => {
  const answers: string[] = [];
  const asks = Asks(({ inbox }) => (answers.length % 2 === 0 ? sleep(100) : inbox), answers);
  await drive(asks, { inbox: at({ 10: 1, 150: 2 }) });
  assert.deepEqual(answers, ["true at 100", "true at 150", "false at 250"]);
});
test("yield promise sleeps until it is settled, and answers true", async () => {
  const answers: string[] = [];
  const promises = [Promise.resolve(1), Promise.resolve(2)];
  await drive(
    Asks(() => promises.shift() ?? sleep(Infinity), answers),
    {},
    { shutdown: false, time: 0 },
  ).catch(() => {});
  assert.deepEqual(answers, ["true at 0", "true at 0"]);
});
test("yield promise takes anything with a then", async () => {
  let called = 0;
  const thenable = {
    then(resolve: () => void) {
      called++;
      queueMicrotask(resolve);
    },
  };
  await drive(Asks(() => thenable as never, []));
  assert.equal(called, 1);
});
test("yield promise is not given up on producerFinished, but at once on shutdownMicroprocess", async () => {
  const answers: string[] = [];
  let keep!: () => void;
  const promise = new Promise<void>((resolve) => (keep = resolve));
  const asks = Asks(() => promise, answers);
  const run = new System({ clock: new VirtualClock() }).run(asks);
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await turn();
  asks.stop(producerFinished());
  await turn();
  assert.deepEqual(answers, []);
  asks.stop(shutdownMicroprocess());
  await run;
  assert.deepEqual(answers, ["false at 0"]);
  keep();
});
test("an exception in a promise is thrown at the yield that waits for it", async () => {
  let seen: unknown;
  const part = make("Part", function* () {
    try {
      yield Promise.reject(new RangeError("no such host"));
    } catch (error) {
      seen = error;
    }
  });
  await drive(part);
  assert.deepEqual(seen, new RangeError("no such host"));
});
test("an exception in a promise that nobody catches is the component's failure, with its stack", async () => {
  const part = make("Part", function* () {
    yield (async function lookup() {
      await Promise.resolve();
      throw new RangeError("no such host");
    })();
  });
  await assert.rejects(drive(part), (error) => {
    assert(error instanceof ComponentFailure);
    assert.match((error.cause as Error).stack!, /RangeError: no such host\n\s+at lookup/);
    return true;
  });
});
test("an exception in a promise reaches a component that is held by a full box, and does not crash the process", async () => {
  const seen: unknown[] = [];
  const part = make("Part", function* (_, { outbox }) {
    for (let n = 0; n < 10; n++) outbox.send(n);
    try {
      yield Promise.reject(new Error("while held"));
    } catch (error) {
      seen.push((error as Error).message);
    }
  });
  const late = make("Late", function* ({ inbox }) {
    yield sleep(1000);
    while (yield inbox) inbox.recv();
  });
  part.link([part, "outbox"], [late, "inbox"], { bound: 2 });
  part.link([part, "signal"], [late, "control"]);
  const system = new System({ clock: new VirtualClock() });
  system.activate(part);
  await system.run(late);
  assert.deepEqual(seen, ["while held"]);
});
test("a promise that is refused after its component was killed in the same turn disturbs nobody", async () => {
  const part = make("Part", function* (_, __, self) {
    self.kill();
    yield Promise.reject(new Error("too late"));
  });
  await new System().run(part);
  await new Promise((resolve) => setImmediate(resolve));
  assert(part.isStopped);
});
test("yield* settled(promise) gives its value", async () => {
  const part = make("Part", function* (_, { outbox }) {
    const value: number = yield* settled(Promise.resolve(42));
    outbox.send(value);
  });
  assert.deepEqual((await drive(part)).outbox, [42]);
});
test("yield* settled(promise) throws its error", async () => {
  const part = make("Part", function* (_, { outbox }) {
    try {
      yield* settled(Promise.reject(new TypeError("bad")));
    } catch (error) {
      outbox.send(String(error));
    }
  });
  assert.deepEqual((await drive(part)).outbox, ["TypeError: bad"]);
});
test("yield* settled(promise) is left on shutdownMicroprocess: finally blocks run, and the component ends without a failure", async () => {
  const log: string[] = [];
  const part = make("Part", function* () {
    try {
      yield* settled(new Promise(() => {}));
      log.push("went on");
    } finally {
      log.push("finally");
    }
  });
  const system = new System();
  const run = system.run(part);
  setImmediate(() => part.stop());
  await run;
  assert.deepEqual([log, part.isStopped, part.failure], [["finally"], true, undefined]);
});
test("a promise that is kept after the component was told to stop does not disturb its last words", async () => {
  const log: string[] = [];
  const part = make("Part", function* (_, __, { system }) {
    log.push(`${yield new Promise<void>((resolve) => setImmediate(resolve))}`);
    log.push(`${yield sleep(100)}`);
    log.push(`${system.clock.now()}`);
  });
  const system = new System({ clock: new VirtualClock() });
  const run = system.run(part);
  part.stop();
  await run;
  assert.deepEqual(log, ["false", "false", "100"], "after the first false it may still sleep, to clean up");
});
for (const [wait, text] of [
  ["inbox", 'Cannot wait for "inbox": yield an inbox, anyOf(…), sleep(ms), a promise, or nothing'],
  [42, "Cannot wait for 42: yield an inbox"],
  [{}, "Cannot wait for a Object: yield an inbox"],
  [null, "Cannot wait for null: yield an inbox"],
  [Echo().inboxes.inbox, "Cannot wait for Echo.inbox: it belongs to another component"],
  [anyOf(Echo().inboxes.inbox), "Cannot wait for Echo.inbox: it belongs to another component"],
  [anyOf(5 as never), "Cannot wait for 5: anyOf takes inboxes and sleep(ms)"],
] as [unknown, string][]) {
  test(`yield is refused at the yield: ${text}`, async () => {
    let message = "";
    const part = make("Part", function* () {
      try {
        yield wait as Wait;
      } catch (error) {
        message = (error as Error).message;
      }
    });
    await drive(part);
    assert(message.startsWith(text), message);
  });
}
test("a main that is no generator is refused, and the error says how to write it", async () => {
  const plain = make("Plain", (() => {}) as never);
  await assert.rejects(drive(plain), {
    message: "Plain_1 failed: Cannot run Plain_1: its main gives no generator; write it as *main() { … }",
  });
  const hasty = make("Hasty", async function* () {} as unknown as () => Main);
  await assert.rejects(drive(hasty), {
    message: "Hasty_1 failed: Cannot run Hasty_1: its main is async; write it as *main() { … }, and yield promises",
  });
});
test("yield: a promise whose then() throws fails the component, like any error", async () => {
  const bad = make("Bad", function* () {
    yield {
      then() {
        throw new Error("no promise after all");
      },
    } as PromiseLike<void>;
  });
  const system = new System();
  await assert.rejects(system.run(bad), { name: "ComponentFailure", message: "Bad_1 failed: no promise after all" });
  assert.equal(system.pending, 0);
});
test("settled() takes what await takes: a thenable that gives back nothing, and a value", async () => {
  const later = { then: (ok: (value: number) => void) => void setImmediate(ok, 42) } as unknown as PromiseLike<number>;
  const part = make("Part", function* (_, { outbox }) {
    outbox.send(yield* settled(later));
    outbox.send(yield* settled(5 as unknown as PromiseLike<number>));
  });
  await drive(part, {}, { shutdown: false }).expect({ outbox: [42, 5] });
});

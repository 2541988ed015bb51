// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, ComponentFailure, producerFinished, shutdownMicroprocess, sleep, System } from "../axon/index.ts";
import { at, drive, Echo, Fails, Feed, stepper, ToList, VirtualClock } from "../testing/index.ts";
import { Graphline } from "./Graphline.ts";
import { Pipeline } from "./Pipeline.ts";
import type { ChildSpec, Restart, Strategy } from "./supervision.ts";
import { Supervisor } from "./Supervisor.ts";

type Any = Component<any, any>;
/** As a caller in plain JavaScript sees it. */
const unchecked = Supervisor as unknown as (supervision: object) => Any;
const endsInThree = (n: number): boolean => n % 10 === 3;
/** A child that cannot take numbers that end in 3, between the Supervisor's own inbox and outbox. */
const around = (options: object = {}, child: object = {}): Any =>
  unchecked({
    children: { P: { start: () => Fails(endsInThree), ...child } },
    linkages: { "self.inbox": "P.inbox", "P.outbox": "self.outbox" },
    intensity: 3,
    ...options,
  });

/** Lives for a while, then fails, or just ends; says what it does. */
function Mortal(name: string, log: string[], life = Infinity, finishes = false): Component<{}, {}> {
  return component(Mortal, {
    *main(_, __, self) {
      log.push(`${name} starts`);
      try {
        if ((yield sleep(life)) && !finishes) throw new Error(`${name} dies`);
      } finally {
        log.push(`${name} ends${self.shutdown === undefined ? "" : " as told"}`);
      }
    },
  });
}
/** Takes no notice of anything. */
function Deaf(): Any {
  return component(Deaf, {
    inboxes: { control: "not heeded" },
    *main() {
      for (;;) yield sleep(1000);
    },
  }) as Any;
}
/** Runs a component in time that passes only when it is told to. */
function lab<C extends Any>(subject: C, clock: VirtualClock = new VirtualClock({ auto: false })) {
  const system = new System({ clock, manual: true });
  system.activate(subject);
  return { system, subject, ...stepper(system) };
}

test("Supervisor() starts a failed child again, and its boxes stay: only the message it choked on is lost", async () => {
  const { outbox, restarted, signal } = await drive(around(), { inbox: [1, 2, 3, 4, 13, 14] });
  assert.deepEqual([outbox, signal], [[1, 2, 4, 14], [producerFinished()]]);
  assert.deepEqual(
    restarted!.map(({ child, reason, failure, count }) => [child, reason, failure.message, count]),
    [
      ["P", "failed", "Supervisor_1/Fails_2 failed: cannot take 3", 1],
      ["P", "failed", "Supervisor_1/Fails_3 failed: cannot take 13", 2],
    ],
  );
});
test("Supervisor() keeps what comes between a failure and the restart, after what had not been read", async () => {
  const { outbox } = await drive(around({ backoff: { first: 100 } }), { inbox: at({ 0: 3, 50: 4, 99: 5 }) });
  assert.deepEqual(outbox, [4, 5]);
});
test("Supervisor() gives up after too many restarts within the period, and names the child and its last failure", async () => {
  const log: string[] = [];
  const supervisor = unchecked({
    children: { A: () => Mortal("A", log), B: () => Mortal("B", log, 10), C: () => Mortal("C", log) },
    strategy: "one-for-one",
  });
  await assert.rejects(drive(supervisor, {}, { shutdown: false }), (error: unknown) => {
    assert.ok(error instanceof ComponentFailure && error.cause instanceof Error && error.cause.cause instanceof ComponentFailure);
    assert.equal(
      error.message,
      "Supervisor_1 failed: Cannot keep B running: more than 1 restart within 5000 ms; last, Supervisor_1/Mortal_5 failed: B dies",
    );
    return error.cause.cause.component === "Supervisor_1/Mortal_5";
  });
  assert.deepEqual(log.slice(-3), ["B ends", "C ends as told", "A ends as told"]);
});
test("Supervisor() counts restarts within the period only", () => {
  const log: string[] = [];
  const { advance, subject } = lab(unchecked({ children: { A: () => Mortal("A", log, 600) }, intensity: 1, period: 500 }));
  advance(600 * 100);
  assert.equal(subject.isStopped, false);
  assert.equal(log.filter((line) => line === "A starts").length, 101);
});
test("Supervisor({ intensity: 0 }) fails with the first failure", async () => {
  await assert.rejects(drive(around({ intensity: 0 }), { inbox: [3] }), /more than 0 restarts within 5000 ms; last, .* cannot take 3/);
});
for (const [strategy, expected] of [
  ["one-for-one", ["B ends", "B starts"]],
  ["rest-for-one", ["B ends", "C ends as told", "B starts", "C starts"]],
  ["one-for-all", ["B ends", "C ends as told", "A ends as told", "A starts", "B starts", "C starts"]],
] satisfies [Strategy, string[]][]) {
  test(`Supervisor({ strategy: "${strategy}" }) does this when B fails: ${expected.join(", ")}`, () => {
    const log: string[] = [];
    let life = 10;
    const B = (): Any => Mortal("B", log, (life *= 10)) as Any;
    const { advance } = lab(unchecked({ children: { A: () => Mortal("A", log), B, C: () => Mortal("C", log) }, strategy }));
    advance(500);
    assert.deepEqual(log, ["A starts", "B starts", "C starts", ...expected]);
  });
}
test('Supervisor({ strategy: "one-for-all" }) starts transient children again that had finished, but no temporary ones', () => {
  const log: string[] = [];
  const children = {
    T: { start: () => Mortal("T", log, 10, true), restart: "transient" },
    X: { start: () => Mortal("X", log), restart: "temporary" },
    B: () => Mortal("B", log, 100),
  };
  lab(unchecked({ children, strategy: "one-for-all" })).advance(105);
  assert.deepEqual(log, ["T starts", "X starts", "B starts", "T ends", "B ends", "X ends as told", "T starts", "B starts"]);
});
test("Supervisor() starts children in order and stops them in reverse", async () => {
  const log: string[] = [];
  const children = Object.fromEntries(["A", "B", "C"].map((name) => [name, () => Mortal(name, log)]));
  const { signal } = await drive(Supervisor({ children }), {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(log, ["A starts", "B starts", "C starts", "C ends as told", "B ends as told", "A ends as told"]);
  assert.deepEqual(signal, [shutdownMicroprocess()]);
});
test("Supervisor() gives each child its time to stop, one after the other, and then kills it", () => {
  const deaf = (shutdown: ChildSpec["shutdown"]): ChildSpec<Any> => ({ start: Deaf, ...(shutdown === undefined ? {} : { shutdown }) });
  const { advance, subject, system } = lab(
    Supervisor({ children: { A: deaf(300), B: deaf("brutal-kill"), C: deaf(undefined), D: deaf(0) } }),
  );
  advance(0);
  subject.stop();
  const living = (): number => system.live - 1;
  assert.deepEqual(
    [0, 4999, 1, 299, 1].map((time) => (advance(time), living())),
    [3, 3, 1, 1, -1],
  );
});
test("Supervisor() waits without limit for a Supervisor among its children", () => {
  const inner = Supervisor({ children: { A: { start: Deaf, shutdown: 60_000 } } });
  const { advance, subject } = lab(Supervisor({ children: { INNER: () => inner } }));
  advance(0);
  subject.stop();
  advance(59_999);
  assert.equal(inner.isStopped, false);
  advance(1);
  assert.deepEqual([inner.isStopped, subject.isStopped], [true, true]);
});
for (const [restart, afterwards] of [
  ["permanent", { finished: true, failed: true, killed: true }],
  ["transient", { finished: false, failed: true, killed: true }],
  ["temporary", { finished: false, failed: false, killed: false }],
] satisfies [Restart, Record<string, boolean>][]) {
  for (const [reason, again] of Object.entries(afterwards)) {
    test(`Supervisor() ${again ? "starts" : "does not start"} a ${restart} child again that ${reason === "finished" ? "has" : "was"} ${reason}`, () => {
      const log: string[] = [];
      const made: Any[] = [];
      const start = (): Any => {
        made.push(Mortal("A", log, made.length === 0 && reason !== "killed" ? 10 : Infinity, reason === "finished") as Any);
        return made.at(-1)!;
      };
      const { advance, rest, subject } = lab(Supervisor({ children: { A: { start, restart }, B: () => Mortal("B", []) } }));
      advance(20);
      if (reason === "killed") made[0]!.kill();
      rest();
      assert.deepEqual(log, ["A starts", reason === "killed" ? "A ends as told" : "A ends", ...(again ? ["A starts"] : [])]);
      assert.equal(subject.isStopped, false);
    });
  }
}
test("Supervisor() tells of children that fail and are not started again", async () => {
  const { lost, restarted } = await drive(around({}, { restart: "temporary" }), { inbox: [1, 3, 5] });
  assert.deepEqual(restarted, []);
  assert.deepEqual(
    lost!.map(({ child, failure }) => [child, failure.message]),
    [["P", "Supervisor_1/Fails_2 failed: cannot take 3"]],
  );
});
test("Supervisor() drops and counts what comes for a child that is gone for good, and holds nobody", async () => {
  const gone = Fails<number>();
  const supervisor = Supervisor({
    children: { GONE: { start: () => gone, restart: "temporary" }, STAYS: () => Echo() },
    linkages: { "self.inbox": "GONE.inbox" },
  });
  const feed = Feed(Array.from({ length: 1000 }, (_, i) => i));
  await new System().run(Pipeline(feed, supervisor));
  assert.ok(feed.isStopped && gone.inboxes.inbox.drops > 800);
});
test("Supervisor() tells those that a lost child would have told, so that producerFinished comes to an end", async () => {
  const FailsAtTheEnd = (): Component<{ inbox: number }, { outbox: number }> =>
    component(FailsAtTheEnd, {
      inboxes: { inbox: "numbers" },
      outboxes: { outbox: "the same numbers" },
      *main({ inbox }, { outbox }) {
        while (yield inbox) outbox.send(inbox.recv());
        throw new Error("too late");
      },
    });
  for (const A of [FailsAtTheEnd, () => Fails<number>(endsInThree)]) {
    const supervisor = Supervisor({
      children: { A: { start: A, restart: "temporary" }, B: () => Echo<number>(), C: () => Echo<number>() },
      linkages: {
        "self.inbox": "A.inbox",
        "A.outbox": "B.inbox",
        "A.signal": "B.control",
        "B.outbox": "self.outbox",
        "self.more": "C.inbox",
      },
    });
    const inbox = A === FailsAtTheEnd ? [1] : at({ 0: 1, 5: 3, 10: 1 });
    await drive(supervisor, { inbox }).expect({ outbox: [1], signal: [producerFinished()] });
  }
});
test('Supervisor({ strategy: "one-for-all" }) forgets what children told each other before', () => {
  const log: string[] = [];
  const children = {
    T: { start: () => Mortal("T", log, 10, true), restart: "transient" },
    L: () => Mortal("L", log),
    B: () => Mortal("B", log, 100),
  };
  lab(unchecked({ children, linkages: { "T.signal": "L.control" }, strategy: "one-for-all" })).advance(105);
  assert.deepEqual(log.slice(3), ["T ends", "L ends as told", "B ends", "T starts", "L starts", "B starts"]);
});
test('Supervisor({ strategy: "one-for-all" }) keeps what comes for transient children that it stops for a while', async () => {
  const supervisor = Supervisor({
    children: { E: { start: () => Echo<number>(), restart: "transient" }, F: () => Fails<number>(endsInThree) },
    linkages: { "self.inbox": "E.inbox", "self.poison": "F.inbox", "E.outbox": "self.outbox" },
    strategy: "one-for-all",
    backoff: { first: 100 },
  });
  await drive(supervisor, { inbox: at({ 0: 1, 50: 2, 200: 4 }), poison: at({ 10: 3 }) }).expect({ outbox: [1, 2, 4] });
});
test("Supervisor() waits before a restart, longer each time in a row", () => {
  const starts: number[] = [];
  const clock = new VirtualClock({ auto: false });
  const children = { A: (): Any => (starts.push(clock.now()), Mortal("A", [], 1) as Any) };
  const backoff = { first: 100, factor: 3, max: 500 };
  lab(unchecked({ children, intensity: 9, backoff, period: 60_000 }), clock).advance(3000);
  assert.deepEqual(starts.slice(0, 6), [0, 101, 402, 903, 1404, 1905]);
});
test("Supervisor() waits for a short time again after a child has lived for the period", () => {
  const starts: number[] = [];
  const lives = [1, 1, 1001, 1];
  const clock = new VirtualClock({ auto: false });
  const start = (): Any => (starts.push(clock.now()), Mortal("A", [], lives[starts.length - 1] ?? Infinity) as Any);
  lab(unchecked({ children: { A: start }, intensity: 9, backoff: { first: 100 }, period: 1000 }), clock).advance(5000);
  assert.deepEqual(starts, [0, 101, 302, 1403, 1604]);
});
test("Supervisor() can be stopped while it waits to start a child again", () => {
  const log: string[] = [];
  const children = { A: () => Mortal("A", log), B: () => Mortal("B", log, 10) };
  const { advance, subject, rest } = lab(Supervisor({ children, backoff: { first: 1000 } }));
  advance(500);
  subject.stop();
  rest();
  assert.deepEqual([log, subject.isStopped], [["A starts", "B starts", "B ends", "A ends as told"], true]);
});
test("Supervisor() lets producerFinished drain children that are linked from signal to control, and loses nothing though they fail", async () => {
  const numbers = Array.from({ length: 500 }, (_, i) => i);
  const supervisor = Supervisor({
    children: { A: () => Echo<number>(), B: () => Fails<number>(endsInThree), C: () => Echo<number>() },
    linkages: {
      "self.inbox": "A.inbox",
      "A.outbox": "B.inbox",
      "A.signal": "B.control",
      "B.outbox": "C.inbox",
      "B.signal": "C.control",
      "C.outbox": "self.outbox",
    },
    intensity: Infinity,
  });
  await drive(supervisor, { inbox: numbers }).expect({ outbox: numbers.filter((n) => !endsInThree(n)), signal: [producerFinished()] });
});
test("Supervisor() does not tell the next child that data has ended while the one before it is started again", () => {
  const told: string[] = [];
  const Sink = (): Component<{ inbox: any }, {}> =>
    component(Sink, {
      inboxes: { inbox: "items" },
      *main({ inbox }, _, self) {
        while (yield inbox) inbox.recv();
        told.push(self.shutdown?.type ?? "nothing");
      },
    });
  let rounds = 0;
  const { advance } = lab(
    Supervisor({
      children: { SOURCE: () => (++rounds, Mortal("S", [], 10, true)), SINK: () => Sink() },
      linkages: { "SOURCE.signal": "SINK.control" },
      intensity: 100,
    }),
  );
  advance(95);
  assert.deepEqual([rounds, told], [10, []]);
});
test("Supervisor() passes on at once what a child signals while it lives", () => {
  const log: string[] = [];
  const Teller = (): Component<{}, { signal: any }> =>
    component(Teller, {
      outboxes: { signal: "tells the other one, and lives on" },
      *main(_, { signal }) {
        signal.send(producerFinished());
        yield sleep(Infinity);
      },
    });
  const children = { T: () => Teller(), M: () => Mortal("M", log) };
  lab(Supervisor({ children, linkages: { "T.signal": "M.control" } })).advance(1);
  assert.deepEqual(log, ["M starts", "M ends as told"]);
});
test("Supervisor() counts a child whose start throws as one that failed", async () => {
  let calls = 0;
  const start = (): Any => {
    if (++calls > 1) throw new TypeError("no more of these");
    return Mortal("A", [], 10) as Any;
  };
  await assert.rejects(drive(Supervisor({ children: { A: start }, intensity: 3 }), {}, { shutdown: false }), (error: unknown) => {
    assert.ok(error instanceof ComponentFailure);
    assert.match(error.message, /more than 3 restarts within 5000 ms; last, Supervisor_1\/A failed: no more of these$/);
    return calls === 4;
  });
});
test("Supervisor() throws what start throws when it is made", () => {
  assert.throws(() => Supervisor({ children: { A: (): Any => assert.fail("cannot") } }), /cannot/);
  assert.throws(() => unchecked({ children: { A: () => undefined } }), {
    name: "TypeError",
    message: "Cannot make a child A: what start made is undefined, not a component",
  });
});
test("Supervisor() ends when no child is left, and signals producerFinished", async () => {
  const children = { A: { start: () => Feed([1, 2]), restart: "transient" } } as const;
  const linkages = { "A.outbox": "self.outbox" } as const;
  await drive(Supervisor({ children, linkages }), {}, { shutdown: false }).expect({ outbox: [1, 2], signal: [producerFinished()] });
});
test("Supervisor() names what is wrong with a linkage, at run time too", () => {
  const children = { A: () => Echo(), B: () => Echo() };
  assert.throws(() => unchecked({ children, linkages: { "X.outbox": "B.inbox" } }), {
    message: 'Cannot link X.outbox: there is no component "X", only "A", "B", "self"',
  });
  assert.throws(() => unchecked({ children, linkages: { "A.outbox": "B.inbx" } }), {
    message: 'Cannot link B.inbx: B has no inbox "inbx", only "inbox", "control"',
  });
  assert.throws(() => unchecked({ children, linkages: { "self.control": "A.control" } }), {
    name: "RangeError",
    message: "Cannot link self.control to A.control: a Supervisor's control and signal are its own business",
  });
  assert.throws(() => unchecked({ children, linkages: { "A.signal": "self.signal" } }), RangeError);
  assert.throws(() => unchecked({ children: { "a.b": () => Echo() } }), RangeError);
});
test("Supervisor() that fails is started again by the Supervisor above it", async () => {
  const inner = (): Any => around({ intensity: 0 });
  const outer = unchecked({
    children: { INNER: inner },
    linkages: { "self.inbox": "INNER.inbox", "INNER.outbox": "self.outbox" },
    intensity: 5,
  });
  const { outbox, restarted } = await drive(outer, { inbox: [1, 3, 5] });
  assert.deepEqual(restarted!.length, 1);
  assert.deepEqual(outbox, [1, 5]);
});
test("Supervisor() keeps what a Pipeline among its children had not read", async () => {
  const supervisor = unchecked({
    children: { P: () => Pipeline(Pipeline(Fails(endsInThree), Echo()), Echo()) },
    linkages: { "self.inbox": "P.inbox", "P.outbox": "self.outbox" },
  });
  assert.deepEqual((await drive(supervisor, { inbox: [3, 4, 5] })).outbox, [4, 5]);
});
test("Supervisor() starts a child that it killed just once", () => {
  const log: string[] = [];
  let life = 10;
  const children = {
    A: () => Mortal("A", log, (life *= 10)),
    B: { start: () => (log.push("B made"), Deaf()), shutdown: "brutal-kill" },
  };
  const { advance } = lab(unchecked({ children, strategy: "one-for-all", intensity: 5 }));
  advance(150);
  assert.deepEqual(
    log.filter((line) => line === "B made"),
    ["B made", "B made"],
  );
});
test("Supervisor() is not held by what waits for a slow child", () => {
  const lives: number[] = [];
  const Slow = (): Component<{ inbox: number }, {}> =>
    component(Slow, {
      inboxes: { inbox: "read only now and then" },
      *main({ inbox }) {
        lives.push(inbox.length);
        yield sleep(100);
        if (lives.length === 1) throw new Error("the first one fails");
        while (yield sleep(100)) if (inbox.length > 0) inbox.recv();
      },
    });
  const log: string[] = [];
  const supervisor = unchecked({
    children: { SLOW: Slow, M: () => Mortal("M", log, 250) },
    linkages: { "self.inbox": "SLOW.inbox" },
    intensity: 5,
  });
  for (let i = 0; i < 300; i++) supervisor.inboxes["inbox"]!.deliver(i);
  const { advance } = lab(supervisor);
  advance(260);
  assert.deepEqual(lives, [300, 300]);
  assert.deepEqual(log, ["M starts", "M ends", "M starts"]);
});
test("Supervisor() keeps nothing of children that are gone", () => {
  const { advance, subject } = lab(
    unchecked({
      children: { A: () => Fails(), B: () => Mortal("B", [], 1) },
      linkages: { "self.inbox": "A.inbox", "A.outbox": "self.outbox" },
      intensity: Infinity,
    }),
  );
  const before = (advance(10), subject.microprocess.linkages!.size);
  advance(2000);
  assert.deepEqual([subject.microprocess.linkages!.size, subject.childComponents().length], [before, 2]);
});
test("Supervisor() starts nothing again in a system that is stopping, though it was not told itself yet", async () => {
  const log: string[] = [];
  const Lingers = (): Component<{ control: any }, {}> =>
    component(Lingers, {
      inboxes: { control: "heard, but not at once" },
      *main({ control }) {
        yield control;
        yield sleep(100);
      },
    });
  const { system, advance } = lab(
    Graphline({
      components: { FIRST: Lingers(), S: Supervisor({ children: { B: () => Mortal("B", log, 50, true) } }) },
      linkages: { "FIRST.signal": "S.control" },
    }) as Any,
  );
  advance(10);
  const stopped = system.stop({ within: 1000 });
  advance(100);
  await stopped;
  assert.deepEqual(log, ["B starts", "B ends"]);
});
test("Supervisor() that is killed takes its children with it", () => {
  const log: string[] = [];
  const { advance, subject } = lab(
    Supervisor({ children: { A: () => Mortal("A", log), B: () => Mortal("B", log, 5) }, backoff: { first: 99 } }),
  );
  advance(50);
  subject.kill();
  assert.deepEqual([log, subject.isStopped], [["A starts", "B starts", "B ends", "A ends as told"], true]);
});
test("Supervisor() in a Pipeline keeps the data flowing", async () => {
  const list: number[] = [];
  await new System().run(Pipeline([Feed([1, 3, 2]), around(), ToList(list)]));
  assert.deepEqual(list, [1, 2]);
});

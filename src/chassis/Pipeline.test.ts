// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Component, component, ComponentFailure, type Main, producerFinished, shutdownMicroprocess, sleep, System } from "../axon/index.ts";
import { drive, Echo, Fails, Feed, stepper, ToList, VirtualClock } from "../testing/index.ts";
import { Pipeline } from "./Pipeline.ts";

function Asleep(log: string[]): Component<{ inbox: any }, { outbox: any }> {
  return component(Asleep, {
    inboxes: { inbox: "not read" },
    outboxes: { outbox: "nothing" },
    *main() {
      try {
        yield sleep(Infinity);
      } finally {
        log.push("finally");
      }
    },
  });
}

/** Sends each number less one, until there is none left. */
function CountDown(seen: number[]): Component<{ inbox: number }, { outbox: number }> {
  return component(CountDown, {
    inboxes: { inbox: "a number" },
    outboxes: { outbox: "one less" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) {
        const n = inbox.recv();
        seen.push(n);
        if (n === 0) return;
        outbox.send(n - 1);
      }
    },
  });
}
/** Ends after a while, also when it was told that the data has ended. */
function Lingers(milliseconds: number): Component<{ inbox: any }, { outbox: any }> {
  return component(Lingers, {
    inboxes: { inbox: "not read" },
    outboxes: { outbox: "nothing" },
    *main() {
      yield sleep(milliseconds);
    },
  });
}
class MyEcho extends Component {
  *main(): Main {
    while (yield this.inboxes.inbox) this.send(this.recv("inbox"), "outbox");
  }
}

test("Pipeline() links outbox to inbox and signal to control, and ends when all have ended", async () => {
  const list: number[] = [];
  await new System().run(Pipeline(Feed([1, 2, 3]), Echo(), Echo(), ToList(list)));
  assert.deepEqual(list, [1, 2, 3]);
});
test("Pipeline() links signal to control, so that a shutdown goes from one component to the next", async () => {
  const log: string[] = [];
  const Says = (name: string): Component<{ inbox: any }, { outbox: any }> =>
    component(Says, {
      inboxes: { inbox: "not read" },
      outboxes: { outbox: "nothing" },
      *main(_, __, self) {
        yield sleep(Infinity);
        log.push(`${name} told ${self.shutdown?.type}`);
      },
    });
  await drive(Pipeline(Says("A"), Says("B"), Says("C")));
  assert.deepEqual(log, ["A told producerFinished", "B told producerFinished", "C told producerFinished"]);
});
test("Pipeline() does not end before all its components have", async () => {
  for (const times of [
    [10, 20, 30],
    [30, 20, 10],
    [10, 30, 20],
  ] as const) {
    const clock = new VirtualClock({ auto: false });
    const system = new System({ clock, manual: true });
    const pipeline = system.activate(Pipeline(Lingers(times[0]), Lingers(times[1]), Lingers(times[2])));
    const { advance } = stepper(system);
    advance(29);
    assert.equal(pipeline.isStopped, false);
    advance(1);
    assert.equal(pipeline.isStopped, true);
  }
});
test("Pipeline() activates its components only when it runs", () => {
  const echo = Echo();
  Pipeline(Feed([1]), echo);
  assert.equal(echo.id, 0);
});
test("Pipeline() gives its own boxes to the first and the last component, so that it nests", async () => {
  const { outbox, signal } = await drive(Pipeline(Echo<number>(), Pipeline(Echo<number>(), Echo())), { inbox: [1, 2] });
  assert.deepEqual([outbox, signal], [[1, 2], [producerFinished()]]);
});
test("Pipeline() keeps what comes before it is activated", async () => {
  const pipeline = Pipeline(Echo<number>(), Echo());
  pipeline.inboxes.inbox.deliver(7);
  assert.deepEqual((await drive(pipeline, { inbox: [8] })).outbox, [7, 8]);
});
test("Pipeline() neither makes nor swallows a shutdown: what the last component signals comes out", async () => {
  const { signal } = await drive(Pipeline(Echo(), Echo()), {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(signal, [shutdownMicroprocess()]);
});
test("Pipeline() of nothing is refused", () => {
  assert.throws(() => Pipeline([]), { name: "RangeError", message: "Cannot make a Pipeline of nothing: give it one component or more" });
});
test("Pipeline() of one component is that component with another name", async () => {
  assert.deepEqual((await drive(Pipeline(Echo<number>()), { inbox: [1] })).outbox, [1]);
});
test("Pipeline() that lacks a box, or is given no component, says so", () => {
  const unchecked = Pipeline as (...components: unknown[]) => unknown;
  const errors: [unknown[], object][] = [
    [[ToList([]), Echo()], { name: "RangeError", message: 'Cannot link ToList.outbox: ToList has no outbox "outbox", only "signal"' }],
    [[Feed([]), Feed([])], { name: "RangeError", message: 'Cannot link Feed.inbox: Feed has no inbox "inbox", only "control"' }],
    [
      [Echo, ToList([])],
      { name: "TypeError", message: "Cannot make a Pipeline: component 1 is the function Echo, not a component; call it: Echo()" },
    ],
    [[Echo(), undefined], { name: "TypeError", message: "Cannot make a Pipeline: component 2 is undefined, not a component" }],
    [[Echo(), "x"], { message: 'Cannot make a Pipeline: component 2 is "x", not a component' }],
    [[Echo(), MyEcho], { message: "Cannot make a Pipeline: component 2 is the function MyEcho, not a component; write new MyEcho()" }],
    [[Echo(), { inboxes: {} }], { message: "Cannot make a Pipeline: component 2 is an object, not a component" }],
  ];
  for (const [components, error] of errors) assert.throws(() => unchecked(...components), error);
  const twice = Echo();
  assert.throws(() => Pipeline(twice, twice), /Cannot make Echo a child of Pipeline: it is a child of Pipeline already/);
});
test("Pipeline.with({ circular }) feeds the first component from the last, and from its own inbox", async () => {
  const seen: number[] = [];
  const ring = Pipeline.with({ circular: true })(CountDown(seen), CountDown(seen));
  ring.inboxes.inbox.deliver(3);
  await new System().run(ring);
  assert.deepEqual([seen, ring.isStopped], [[3, 2, 1, 0], true]); // the second one ends, and tells the first
});
test("Pipeline.with({ circular }) goes round as often as it takes, of one component too", async () => {
  const seen: number[] = [];
  await drive(Pipeline.with({ circular: true })(CountDown(seen)), { inbox: [1000] }, { shutdown: false });
  assert.equal(seen.length, 1001);
});
test("Pipeline.with({ circular }) can be told to stop (the original's own control led to the first component, too)", async () => {
  const log: string[] = [];
  const ring = Pipeline.with({ circular: true })(Asleep(log), Asleep(log));
  await drive(ring, {}, { shutdown: "shutdownMicroprocess" }).expect({ signal: [] });
  assert.deepEqual(log, ["finally", "finally"]);
});
test("Pipeline.with({ boxSize, boxSizes }) sets how much the boxes hold", () => {
  const [a, b, c] = [Echo(), Echo(), Echo()];
  Pipeline.with({ boxSize: 5, boxSizes: [undefined, 2] })(a, b, Pipeline(Pipeline(c)));
  assert.deepEqual(
    [a, b, c].map((echo) => echo.inboxes.inbox.bound),
    [5, 2, 5],
  );
  assert.throws(() => Pipeline.with({ boxSize: 0 })(Echo(), Echo()), RangeError);
  assert.throws(() => Pipeline.with({ boxSizes: [1, 2, 3] })(Echo(), Echo()), {
    name: "RangeError",
    message: "Cannot set the size of 3 boxes: the Pipeline has only 2 components",
  });
});
test("Pipeline.with({ boxSize }) holds the components that send too much, and loses nothing", async () => {
  const numbers = Array.from({ length: 200 }, (_, i) => i);
  const middle = Echo<number>();
  const { outbox } = await drive(Pipeline.with({ boxSize: 3 })(Echo<number>(), middle, Echo<number>()), { inbox: numbers }, { bound: 1 });
  assert.deepEqual(outbox, numbers);
  assert.ok(middle.inboxes.inbox.peak <= 3 + 1);
});
test("Pipeline() is called Pipeline, however it was made", () => {
  assert.deepEqual(
    [Pipeline(Echo()).name, Pipeline.with({ circular: true })(Echo()).name, Pipeline(Echo()).kind],
    ["Pipeline", "Pipeline", Pipeline],
  );
});
test("Pipeline() fails with the component that failed, and stops the others", async () => {
  const log: string[] = [];
  const run = new System().run(Pipeline(Feed([1]), Fails(), Asleep(log)));
  await assert.rejects(
    run,
    (error: unknown) => error instanceof ComponentFailure && error.component === "Pipeline_1/Fails_3" && error.cause instanceof RangeError,
  );
  assert.deepEqual(log, ["finally"]);
});
test("Pipeline() that is killed takes its components with it", async () => {
  const log: string[] = [];
  const system = new System();
  const pipeline = system.activate(Pipeline(Asleep(log), Asleep(log)));
  await system.run();
  pipeline.kill();
  assert.deepEqual([log, pipeline.isStopped], [["finally", "finally"], true]);
});
test("Pipeline() whose first components have ended can still be told to stop", () => {
  const system = new System({ clock: new VirtualClock({ auto: false }), manual: true });
  const feed = Feed([1]);
  const pipeline = system.activate(Pipeline(feed, Lingers(1000), Lingers(1000)));
  const { rest } = stepper(system);
  rest();
  assert.deepEqual([feed.isStopped, pipeline.isStopped], [true, false]);
  pipeline.stop();
  rest();
  assert.equal(pipeline.isStopped, true);
});
test("Pipeline.with({ circular }) in which messages become more is a deadlock, which names the boxes", async () => {
  const Doubles = (): Component<{ inbox: number }, { outbox: number }> =>
    component(Doubles, {
      inboxes: { inbox: "numbers" },
      outboxes: { outbox: "each of them twice" },
      *main({ inbox }, { outbox }) {
        while (yield inbox) {
          const n = inbox.recv();
          outbox.send(n);
          outbox.send(n);
        }
      },
    });
  const ring = Pipeline.with({ circular: true, boxSize: 2 })(Doubles(), Doubles());
  for (let n = 0; n < 4; n++) ring.inboxes.inbox.deliver(n);
  await assert.rejects(new System({ clock: new VirtualClock() }).run(ring), {
    name: "Deadlock",
    message: /^Cannot go on: deadlock: Doubles_\d waits for room in Doubles_\d.inbox \(.*Doubles_\d waits for room in Doubles_\d.inbox/,
  });
});
test("Pipeline() stops with its system", async () => {
  const log: string[] = [];
  const system = new System();
  system.activate(Pipeline(Asleep(log), Echo(), Asleep(log)));
  await system.run();
  await system.stop();
  assert.deepEqual([log, system.live], [["finally", "finally"], 0]);
});

test("Pipeline.with({ kind }) is called after the component that it is the inside of", async () => {
  function Twice(): Component<{ inbox: any }, { outbox: any }> {
    return Pipeline.with({ kind: Twice })(Echo(), Echo());
  }
  const twice = Twice();
  assert.equal(twice.kind, Twice);
  await drive(twice, { inbox: [1] });
  assert.match(twice.name, /^Twice_\d+$/);
});

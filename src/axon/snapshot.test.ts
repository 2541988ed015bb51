// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo, stepper, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import {
  type AnyComponent,
  anyOf,
  component,
  type Component,
  Introspector,
  serviceName,
  sleep,
  snapshot,
  System,
  waitsFor,
} from "./index.ts";

function Doubler(): Component<{ inbox: number; spare: string }, { outbox: number }> {
  return component(Doubler, {
    inboxes: { inbox: "numbers", spare: "nothing yet" },
    outboxes: { outbox: "twice as much" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(2 * inbox.recv());
    },
  });
}

const idle = (name: string): AnyComponent =>
  make(name, function* ({ inbox }) {
    while (yield inbox) inbox.recv();
  });

test("snapshot() is plain data that tells all there is to tell", () => {
  const system = new System({ manual: true, clock: new VirtualClock() });
  const sink = make("Sink", function* () {
    yield sleep(1000);
  });
  const doubler = Doubler();
  sink.link([doubler, "outbox"], [sink, "inbox"], { bound: 100 });
  for (const each of [doubler, sink]) system.activate(each);
  system.services.registerService(serviceName<number>("double"), doubler, "inbox");
  for (const n of [1, 2, 3]) doubler.inboxes.inbox.deliver(n);
  for (let i = 0; i < 2; i++) system.step();
  const expected = system.expect("a connection");
  const taken = system.snapshot();
  assert.deepEqual(JSON.parse(JSON.stringify(taken)), taken, "nothing is lost on the way through JSON");
  assert.deepEqual(taken, {
    time: 0,
    components: [
      {
        id: 1,
        name: "Doubler_1",
        path: "Doubler_1",
        kind: "Doubler",
        state: "asleep",
        waitsFor: "waits for Doubler_1.inbox",
        heldBy: [],
        drops: 0,
        turns: 1,
        inboxes: {
          inbox: { length: 0, bound: 128, peak: 3, received: 3, drops: 0, doc: "numbers" },
          spare: { length: 0, bound: 128, peak: 0, received: 0, drops: 0, doc: "nothing yet" },
          control: { length: 0, bound: null, peak: 0, received: 0, drops: 0, doc: "" },
        },
        outboxes: {
          outbox: { sent: 3, drops: 0, to: "Sink_2.inbox", doc: "twice as much" },
          signal: { sent: 0, drops: 0, doc: "" },
        },
      },
      {
        id: 2,
        name: "Sink_2",
        path: "Sink_2",
        kind: "Sink",
        state: "asleep",
        waitsFor: "sleeps for 1000 ms",
        heldBy: [],
        drops: 0,
        turns: 1,
        inboxes: {
          inbox: { length: 3, bound: 100, peak: 3, received: 3, drops: 0, doc: "" },
          control: { length: 0, bound: null, peak: 0, received: 0, drops: 0, doc: "" },
        },
        outboxes: { outbox: { sent: 0, drops: 0, doc: "" }, signal: { sent: 0, drops: 0, doc: "" } },
      },
    ],
    linkages: [{ from: "Doubler_1.outbox", to: "Sink_2.inbox", passthrough: 0 }],
    services: { double: "Doubler_1.inbox" },
    held: 0,
    sleeping: 1,
    pending: 1,
    expectations: ["a connection"],
  });
  expected();
});
test("snapshot() shows the tree, children after their parents, and boxes that are passed through", () => {
  const system = new System({ manual: true });
  const child = idle("Child");
  const parent = make("Parent", function* (_, __, self) {
    self.addChildren(child);
    self.link([self, "inbox"], [child, "inbox"], { passthrough: 1 });
    self.link([child, "outbox"], [self, "outbox"], { passthrough: 2 });
    child.activate();
    while (yield sleep(Infinity));
  });
  const other = idle("Other");
  for (const each of [parent, other]) system.activate(each);
  stepper(system).rest();
  const { components, linkages } = snapshot(system);
  assert.deepEqual(
    components.map(({ id, path, parent }) => ({ id, path, parent })),
    [
      { id: 1, path: "Parent_1", parent: undefined },
      { id: 3, path: "Parent_1/Child_3", parent: 1 },
      { id: 2, path: "Other_2", parent: undefined },
    ],
  );
  assert.deepEqual(linkages, [
    { from: "Parent_1.inbox", to: "Child_3.inbox", passthrough: 1 },
    { from: "Child_3.outbox", to: "Parent_1.outbox", passthrough: 2 },
  ]);
  assert.equal(components[0]!.inboxes["inbox"]!.to, "Child_3.inbox");
});
test("snapshot() shows linkages from and to components that were never activated", () => {
  const system = new System({ manual: true });
  const [inside, outside] = [idle("Inside"), idle("Outside")];
  system.activate(inside);
  inside.link([outside, "outbox"], [inside, "inbox"]);
  inside.link([inside, "outbox"], [outside, "inbox"]);
  assert.deepEqual(snapshot(system).linkages, [
    { from: "Outside.outbox", to: "Inside_1.inbox", passthrough: 0 },
    { from: "Inside_1.outbox", to: "Outside.inbox", passthrough: 0 },
  ]);
});
test("snapshot() says who is held, and by what", () => {
  const system = new System({ manual: true });
  const sink = idle("Sink");
  const source = make("Source", function* (_, { outbox }) {
    for (;;) {
      outbox.send(1);
      yield;
    }
  });
  sink.link([source, "outbox"], [sink, "inbox"], { bound: 1 });
  system.activate(source);
  system.expect("somebody who activates the sink");
  stepper(system).rest();
  const { held, components } = system.snapshot();
  const [{ state, waitsFor: text, heldBy } = assert.fail()] = components;
  assert.deepEqual([held, state, text, heldBy], [1, "held", "waits for room in Sink.inbox", ["Sink.inbox"]]);
});
test("snapshot() counts what was sent to nobody", () => {
  const system = new System({ manual: true });
  const source = system.activate(idle("Source"));
  source.send(1, "outbox");
  source.send(2, "outbox");
  const [{ drops, outboxes } = assert.fail()] = system.snapshot().components;
  assert.deepEqual([drops, outboxes["outbox"]], [2, { sent: 0, drops: 2, doc: "" }]);
});
test("waitsFor() puts every kind of wait into words", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  const service = serviceName<string>("echo");
  const waits: AnyComponent[] = [
    make("Box", ({ inbox }) => yielding(inbox)),
    make("Two", ({ inbox, control }) => yielding(anyOf(inbox, control, sleep(5)))),
    make("Either", ({ inbox, control }) => yielding(anyOf(inbox, control))),
    make("Time", () => yielding(sleep(7))),
    make("Promise", () => yielding(new Promise(() => {}))),
    make("Service", function* (_, __, self) {
      yield* self.system.services.available(service);
    }),
    make("Pause", function* (_, __, self) {
      self.pause();
      yield;
    }),
    make("Parent", function* () {
      idle("Child").activate();
    }),
    make("Over", function* () {}),
  ];
  const fresh = idle("Fresh");
  for (const each of waits) system.activate(each);
  const turnComes = system.activate(idle("Ready"));
  for (let i = 0; i < waits.length; i++) system.step();
  assert.deepEqual(
    [...waits, fresh, turnComes].map((each) => `${each.name} ${waitsFor(each)}`),
    [
      "Box_1 waits for Box_1.inbox",
      "Two_2 waits for Two_2.inbox or Two_2.control, for 5 ms",
      "Either_3 waits for Either_3.inbox or Either_3.control",
      "Time_4 sleeps for 7 ms",
      "Promise_5 waits for a promise",
      'Service_6 waits for the service "echo"',
      "Pause_7 waits for anything to happen (pause)",
      "Parent_8 waits for its children to end",
      "Over_9 has ended",
      "Fresh was never activated",
      "Ready_10 waits for its turn",
    ],
  );
});

function* yielding(wait: Parameters<typeof Promise.resolve>[0]): Generator<any, void, boolean> {
  while (yield wait);
}
test("snapshot and Introspector take a system with more components than a call takes arguments", async () => {
  const system = new System({ manual: true });
  const parent = make("Parent", function* (_, __, self) {
    for (let i = 0; i < 130_000; i++) self.addChildren(make("Child", function* () {}));
    yield sleep(Infinity);
  });
  system.activate(parent);
  system.step();
  assert.equal(snapshot(system).components.length, 130_001);
  const introspector = Introspector();
  for (let i = 0; i < 26_000; i++) system.activate(Echo());
  system.activate(introspector);
  while (system.step() !== introspector);
  assert.equal(introspector.failure, undefined);
  assert.equal(introspector.outboxes.outbox.drops, 2);
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { stepper } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import {
  addInbox,
  addOutbox,
  type AnyComponent,
  anyOf,
  type Change,
  deleteInbox,
  deleteOutbox,
  type Inbox,
  serviceName,
  snapshot,
  System,
} from "./index.ts";

/** Waits for whatever comes to "inbox". */
const idle = (name: string): AnyComponent =>
  make(name, function* ({ inbox }) {
    while (yield inbox) inbox.recv();
  });

/** Sends numbers from 0 on, one each turn. */
const counter = (): AnyComponent =>
  make("Counter", function* (_, { outbox }) {
    for (let n = 0; yield; n++) outbox.send(n);
  });

test("addInbox() gives a component made by a function an inbox that it can wait for", () => {
  const system = new System({ manual: true });
  const [client, other] = [idle("Client"), idle("Other")];
  const got: unknown[] = [];
  system.activate(
    make("Server", function* ({ inbox }, _, self) {
      const replies = addInbox<string>(self, "replies");
      self.link([client, "outbox"], replies);
      self.link([other, "outbox"], [self, "replies"]);
      while (yield anyOf(inbox, replies)) for (const reply of replies) got.push(reply);
    }),
  );
  const turns = stepper(system);
  turns.rest();
  client.send("a", "outbox");
  other.send("b", "outbox");
  turns.rest();
  assert.deepEqual(got, ["a", "b"]);
});
test("addInbox() wakes a component that was asleep in pause() when a message comes to the new box", () => {
  const system = new System({ manual: true });
  const sleeper = system.activate(
    make("Sleeper", function* (_, __, self) {
      self.pause();
      yield;
    }),
  );
  const turns = stepper(system);
  turns.rest();
  addInbox(sleeper, "late").deliver(1);
  turns.rest();
  assert(sleeper.isStopped);
});
test("addInbox() with a bound holds the sender like any other box", () => {
  const system = new System({ manual: true });
  const source = counter();
  const sink = idle("Sink");
  const few = addInbox(sink, "few", { bound: 2, doc: "only a few" });
  sink.link([source, "outbox"], few);
  for (const component of [source, sink]) system.activate(component);
  system.expect("what this test does next");
  stepper(system).rest();
  assert.equal(few.length, 3, "the one that came to the full box, too");
  assert.deepEqual(snapshot(system).components[1]!.inboxes["few"], {
    length: 3,
    bound: 2,
    peak: 3,
    received: 3,
    drops: 0,
    doc: "only a few",
  });
});
test("addOutbox() gives a component made by a function an outbox to send from", () => {
  const system = new System({ manual: true });
  const sink = idle("Sink");
  system.activate(
    make("Server", function* (_, __, self) {
      const events = addOutbox<string>(self, "events");
      self.link(events, [sink, "inbox"]);
      events.send("started");
      self.send("by name", "events");
      yield;
    }),
  );
  system.step();
  const { inbox } = sink.inboxes as unknown as { inbox: Inbox };
  assert.deepEqual([inbox.recv(), inbox.recv()], ["started", "by name"]);
});
test("addInbox(), addOutbox(): a name once deleted may be used again, a number that was added to it never is", () => {
  const component = idle("Any");
  addInbox(component, "x");
  addInbox(component, "x");
  deleteInbox(component, "x2");
  addInbox(component, "x");
  assert.deepEqual(Object.keys(component.inboxes), ["inbox", "control", "x", "x3"]);
  addOutbox(component);
  assert.deepEqual(Object.keys(component.outboxes), ["outbox", "signal", "outbox4"]);
});
test("addInbox() takes any name", () => {
  const component = idle("Any");
  for (const name of ["__proto__", "constructor", ""]) {
    const box = addInbox(component, name);
    assert.equal(Object.getOwnPropertyDescriptor(component.inboxes, name)!.value, box);
    deleteInbox(component, box);
    assert(!Object.hasOwn(component.inboxes, name));
  }
});
test("addInbox(), addOutbox() refuse a component that has ended", () => {
  const system = new System({ manual: true });
  const component = system.activate(idle("Gone"));
  component.kill();
  assert.throws(() => addInbox(component, "late"), { name: "Error", message: 'Cannot add inbox "late" to Gone_1: it has ended' });
  assert.throws(() => addOutbox(component), { name: "Error", message: 'Cannot add outbox "outbox" to Gone_1: it has ended' });
});
test("K11: deleting a linked inbox unlinks it; messages left in it, and those that still come, are counted as dropped", () => {
  const system = new System({ manual: true });
  const [source, sink] = [idle("Source"), idle("Sink")];
  for (const component of [source, sink]) system.activate(component);
  const box = addInbox(sink, "box");
  const linkage = source.link([source, "outbox"], box); // made by somebody else, as in the original's worst case
  for (const message of [1, 2, 3]) source.send(message, "outbox");
  deleteInbox(sink, "box");
  assert.deepEqual([linkage.isOver, source.outboxes["outbox"]!.linked, box.length, box.drops], [true, false, 0, 3]);
  box.deliver(4);
  assert.equal(box.drops, 4, "whoever still holds the box");
  source.send(5, "outbox");
  assert.equal(source.outboxes["outbox"]!.drops, 1);
  assert.equal(snapshot(system).components[1]!.drops, 3, "counted with the component, which lives on");
  source.kill();
  assert.doesNotThrow(() => linkage.unlink(), "in the original the maker's end failed here");
});
test("K11: deleting a linked outbox unlinks it, and the outboxes of children that it passes on", () => {
  const [parent, child, sink] = [idle("Parent"), idle("Child"), idle("Sink")];
  const out = addOutbox(parent, "out");
  child.link([child, "outbox"], out, { passthrough: 2 });
  sink.link(out, [sink, "inbox"]);
  child.send(1, "outbox");
  deleteOutbox(parent, out);
  child.send(2, "outbox");
  out.send(3);
  assert.deepEqual(
    [sink.inboxes["inbox"]!.length, child.outboxes["outbox"]!.drops, child.outboxes["outbox"]!.linked, out.drops],
    [1, 1, false, 1],
  );
});
test("deleteInbox() cuts a box that is passed through at both sides", () => {
  const [source, parent, child] = [idle("Source"), idle("Parent"), idle("Child")];
  const box = addInbox(parent, "in");
  parent.link(box, [child, "inbox"], { passthrough: 1 });
  parent.link([source, "outbox"], box);
  deleteInbox(parent, box);
  source.send(1, "outbox");
  assert.deepEqual([child.inboxes["inbox"]!.length, source.outboxes["outbox"]!.drops], [0, 1]);
});
test("deleteInbox() lets go of a sender that waits for room in the box", () => {
  const system = new System({ manual: true });
  const source = counter();
  const sink = idle("Sink");
  const box = addInbox(sink, "box", { bound: 3 });
  sink.link([source, "outbox"], box);
  system.activate(source);
  system.expect("what this test does next");
  const turns = stepper(system);
  turns.rest();
  assert.equal(box.length, 4);
  deleteInbox(sink, box);
  assert.equal(turns.steps(5).length, 5);
});
test("deleteInbox() tells a component that waits for the box that it waits in vain", async () => {
  const system = new System();
  const expected = system.expect("somebody deletes the box");
  const waiter = make("Waiter", function* ({ inbox }, _, self) {
    yield anyOf(inbox, addInbox(self, "box"));
  });
  const done = system.run(waiter);
  setImmediate(() => deleteInbox(waiter, "box"));
  setImmediate(expected);
  await assert.rejects(done, { message: "Waiter_1 failed: Cannot wait for Waiter_1.(deleted box): it belongs to another component" });
});
test("deleteInbox() takes back a service that the box offers, and only that", () => {
  const system = new System({ manual: true });
  const component = system.activate(idle("Server"));
  addInbox(component, "box");
  system.services.registerService(serviceName("kept"), component, "inbox");
  system.services.registerService(serviceName("gone"), component, "box");
  deleteInbox(component, "box");
  assert.deepEqual(system.services.servicesRegistered(), ["kept"]);
});
test("deleteInbox() and deleteOutbox() name what there is when the box is not there", () => {
  const [component, other] = [idle("One"), idle("Other")];
  assert.throws(() => deleteInbox(component, other.inboxes["inbox"]!), {
    name: "RangeError",
    message: 'Cannot delete an inbox of One: it is not there, or not any more, only "inbox", "control"',
  });
  assert.throws(() => deleteOutbox(component, "outbx"), {
    name: "RangeError",
    message: 'Cannot delete One.outbx: One has no outbox "outbx", only "outbox", "signal"',
  });
});
test("boxAdded and boxDeleted tell those who look on", () => {
  const system = new System({ manual: true });
  const component = system.activate(idle("Any"));
  const seen: string[] = [];
  system.observe((change: Change) => {
    if (change.type === "boxAdded" || change.type === "boxDeleted") seen.push(`${change.type} ${change.component.name}.${change.box}`);
  });
  deleteInbox(component, addInbox(component, "in"));
  deleteOutbox(component, addOutbox(component, "out"));
  assert.deepEqual(seen, ["boxAdded Any_1.in", "boxDeleted Any_1.in", "boxAdded Any_1.out", "boxDeleted Any_1.out"]);
});
test("addInbox() makes a component without inboxes one that has input, and deleteInbox() undoes it", () => {
  const component = make("Source", function* () {}, { inboxes: [] });
  const flags = component.microprocess.flags;
  const box = addInbox(component);
  assert.notEqual(component.microprocess.flags, flags);
  deleteInbox(component, box);
  assert.equal(component.microprocess.flags, flags);
});
test("ten thousand boxes are added and deleted as fast as a few, by name or not", () => {
  const part = make("Part", function* () {});
  const before = process.cpuUsage();
  const boxes = Array.from({ length: 10_000 }, () => [addInbox(part, "in"), addOutbox(part, "out")] as const);
  for (const [inbox, outbox] of boxes) {
    deleteInbox(part, inbox);
    deleteOutbox(part, outbox);
  }
  for (let i = 0; i < 10_000; i++) addInbox(part, `in${i}`);
  for (let i = 0; i < 10_000; i++) deleteInbox(part, `in${i}`);
  const { user } = process.cpuUsage(before);
  assert.ok(user < 2e6, `it took ${user / 1e6} s`);
  assert.deepEqual(
    [Object.keys(part.inboxes), Object.keys(part.outboxes)],
    [
      ["inbox", "control"],
      ["outbox", "signal"],
    ],
  );
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { AdaptiveCommsComponent, Component, type Main } from "./index.ts";

class Adaptive extends AdaptiveCommsComponent {
  *main(): Main {
    while (yield this.inboxes["inbox"]!) this.recv("inbox");
  }
}

const inboxesOf = (component: Adaptive): string[] => Object.keys(component.inboxes);
const outboxesOf = (component: Adaptive): string[] => Object.keys(component.outboxes);

// What the original's tests ask for.

test("AdaptiveCommsComponent: is a component with the boxes that all have, empty", () => {
  const a = new Adaptive();
  assert(a instanceof Component);
  assert.deepEqual(
    [inboxesOf(a), outboxesOf(a)],
    [
      ["inbox", "control"],
      ["outbox", "signal"],
    ],
  );
  assert.deepEqual([a.dataReady("inbox"), a.dataReady("control")], [false, false]);
});
test("AdaptiveCommsComponent: a subclass may take arguments of its own", () => {
  class Greeter extends Adaptive {
    readonly greeting: string;
    constructor(hello: string, world: string) {
      super();
      this.greeting = `${hello} ${world}`;
    }
  }
  assert.equal(new Greeter("hello", "world").greeting, "hello world");
});
test("addInbox() adds an empty inbox of the name that was asked for", () => {
  const a = new Adaptive();
  assert.equal(a.addInbox("name"), "name");
  assert.equal(a.inboxes["name"]!.length, 0);
});
test("addInbox() gives a name with a number when there is an inbox of that name", () => {
  const a = new Adaptive();
  assert.deepEqual([a.addInbox("name"), a.addInbox("name"), a.addInbox("name")], ["name", "name2", "name3"]);
  assert.equal(new Set(Object.values(a.inboxes)).size, 5);
});
test("addOutbox() adds an outbox of the name that was asked for, not linked", () => {
  const a = new Adaptive();
  assert.equal(a.addOutbox("name"), "name");
  assert.equal(a.outboxes["name"]!.linked, false);
});
test("addOutbox() gives a name with a number when there is an outbox of that name", () => {
  const a = new Adaptive();
  assert.deepEqual([a.addOutbox("name"), a.addOutbox("name")], ["name", "name2"]);
});
test("addInbox() and deleteInbox(): what was added and deleted again leaves the boxes that were there", () => {
  const a = new Adaptive();
  const added: string[] = [];
  for (let i = 0; i < 4; i++) {
    const before = inboxesOf(a);
    const name = a.addInbox("name");
    assert(!before.includes(name));
    assert(inboxesOf(a).includes(name));
    added.push(name);
  }
  for (const name of added) {
    a.deleteInbox(name);
    assert(!inboxesOf(a).includes(name));
  }
  assert.deepEqual(inboxesOf(a), ["inbox", "control"]);
});
test("addOutbox() and deleteOutbox(): what was added and deleted again leaves the boxes that were there", () => {
  const a = new Adaptive();
  const added = Array.from({ length: 4 }, () => a.addOutbox("name"));
  assert.equal(new Set(added).size, 4);
  for (const name of added) a.deleteOutbox(name);
  assert.deepEqual(outboxesOf(a), ["outbox", "signal"]);
});
test("deleteInbox() fails for an inbox that is not there, or not any more", () => {
  const a = new Adaptive();
  assert.throws(() => a.deleteInbox("missing"), {
    name: "RangeError",
    message: 'Cannot delete Adaptive.missing: Adaptive has no inbox "missing", only "inbox", "control"',
  });
  a.deleteInbox(a.addInbox("once"));
  assert.throws(() => a.deleteInbox("once"), RangeError);
  assert.throws(() => a.deleteInbox("toString"), RangeError);
});
test("deleteInbox() deletes any inbox but control, which every component has", () => {
  const a = new Adaptive();
  a.deleteInbox("inbox");
  assert.deepEqual(inboxesOf(a), ["control"]);
  assert.throws(() => a.deleteInbox("control"), { name: "RangeError", message: "Cannot delete Adaptive.control: every component has one" });
});
test("deleteOutbox() fails for an outbox that is not there, or not any more", () => {
  const a = new Adaptive();
  assert.throws(() => a.deleteOutbox("missing"), {
    name: "RangeError",
    message: 'Cannot delete Adaptive.missing: Adaptive has no outbox "missing", only "outbox", "signal"',
  });
  a.deleteOutbox(a.addOutbox("once"));
  assert.throws(() => a.deleteOutbox("once"), RangeError);
});
test("deleteOutbox() deletes any outbox but signal, which every component has", () => {
  const a = new Adaptive();
  a.deleteOutbox("outbox");
  assert.deepEqual(outboxesOf(a), ["signal"]);
  assert.throws(() => a.deleteOutbox("signal"), { name: "RangeError", message: "Cannot delete Adaptive.signal: every component has one" });
});
test("trackResource() remembers what an inbox is for, also a standard one", () => {
  const a = new Adaptive();
  a.trackResource("resource", "inbox");
  assert.equal(a.retrieveTrackedResource("inbox"), "resource");
});
test("trackResource() remembers what an added inbox is for", () => {
  const a = new Adaptive();
  const resource = { name: "a socket" };
  const inbox = a.addInbox("dynamic");
  a.trackResource(resource, inbox);
  assert.equal(a.retrieveTrackedResource(inbox), resource);
});
test("trackResource() fails for an inbox that is not there", () => {
  const a = new Adaptive();
  assert.throws(() => a.trackResource("resource", "missing"), {
    name: "RangeError",
    message: 'Cannot track Adaptive.missing: Adaptive has no inbox "missing", only "inbox", "control"',
  });
});
test("trackResourceInformation() remembers boxes and anything else, also of standard boxes", () => {
  const a = new Adaptive();
  a.trackResourceInformation("resource", inboxesOf(a), outboxesOf(a), "information");
  assert.deepEqual(a.retrieveTrackedResourceInformation("resource"), [["inbox", "control"], ["outbox", "signal"], "information"]);
});
test("trackResourceInformation() remembers added boxes", () => {
  const a = new Adaptive();
  const inboxes = [a.addInbox("dynamic"), a.addInbox("dynamic"), a.addInbox("dynamic")];
  const outboxes = [a.addOutbox("dynamic"), a.addOutbox("dynamic"), a.addOutbox("dynamic")];
  a.trackResourceInformation("resource", inboxes, outboxes, "information");
  assert.deepEqual(a.retrieveTrackedResourceInformation("resource"), [inboxes, outboxes, "information"]);
});
test("trackResourceInformation() fails for an inbox that is not there, and remembers nothing", () => {
  const a = new Adaptive();
  assert.throws(() => a.trackResourceInformation("resource", ["missing"], [a.addOutbox("dynamic")], "information"), {
    name: "RangeError",
    message: 'Cannot track Adaptive.missing: Adaptive has no inbox "missing", only "inbox", "control"',
  });
  assert.throws(() => a.retrieveTrackedResourceInformation("resource"), RangeError);
});
test("trackResourceInformation() fails for an outbox that is not there, and remembers nothing", () => {
  const a = new Adaptive();
  assert.throws(() => a.trackResourceInformation("resource", [a.addInbox("dynamic")], ["missing"], "information"), {
    name: "RangeError",
    message: 'Cannot track Adaptive.missing: Adaptive has no outbox "missing", only "outbox", "signal"',
  });
  assert.throws(() => a.retrieveTrackedResourceInformation("resource"), RangeError);
});

// What is new.

test("ceaseTrackingResource() forgets a resource, once", () => {
  const a = new Adaptive();
  a.trackResourceInformation("resource", ["inbox"], [], 1);
  a.ceaseTrackingResource("resource");
  assert.throws(() => a.retrieveTrackedResourceInformation("resource"), {
    name: "RangeError",
    message: "Cannot retrieve information on resource: Adaptive does not track it",
  });
  assert.throws(() => a.ceaseTrackingResource("resource"), {
    name: "RangeError",
    message: "Cannot cease tracking resource: Adaptive does not track it",
  });
});
test("deleteInbox() forgets the resource of the inbox: the next one of that name starts anew", () => {
  const a = new Adaptive();
  a.trackResource("resource", a.addInbox("dynamic"));
  a.deleteInbox("dynamic");
  a.addInbox("dynamic");
  assert.throws(() => a.retrieveTrackedResource("dynamic"), {
    name: "RangeError",
    message: "Cannot retrieve the resource of Adaptive.dynamic: none is tracked for it",
  });
});

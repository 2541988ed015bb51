// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive, Echo, stepper } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { Component, component, defaultSystem, type Main, producerFinished, type Shutdown, System } from "./index.ts";

/** The words of the original's example. */
class MyComponent extends Component<{ inbox: string; control: Shutdown }, { outbox: string; signal: Shutdown }> {
  static readonly Inboxes = { inbox: "messages", control: "shutdown" };
  static readonly Outboxes = { outbox: "messages with a greeting", signal: "shutdown" };

  *main(): Main {
    for (;;) {
      while (this.dataReady("inbox")) this.send(`hello ${this.recv("inbox")}`, "outbox");
      if (this.shutdownRequested()) return;
      if (this.anyReady() === undefined) this.pause();
      yield 1;
    }
  }

  shutdownRequested(): boolean {
    if (!this.dataReady("control")) return false;
    this.send(this.recv("control"), "signal");
    return true;
  }
}

/** Takes turns until nobody has anything to do. */
function settle(...components: Component<any, any>[]): System {
  const system = new System({ manual: true });
  for (const one of components) system.activate(one);
  stepper(system).rest();
  return system;
}

test("K1: a component has inbox and control, outbox and signal, unless it says otherwise", () => {
  class Plain extends Component {
    *main(): Main {}
  }
  const plain = new Plain();
  assert.deepEqual(
    [Object.keys(plain.inboxes), Object.keys(plain.outboxes)],
    [
      ["inbox", "control"],
      ["outbox", "signal"],
    ],
  );
  const none = component(function None() {}, { *main() {} });
  assert.deepEqual([Object.keys(none.inboxes), Object.keys(none.outboxes)], [["control"], ["signal"]]);
});
test("K1: a send on an outbox that is not linked is dropped, and counted", () => {
  const echo = Echo();
  echo.send(1, "outbox");
  echo.outboxes.outbox.send(2);
  assert.deepEqual([echo.outboxes.outbox.drops, echo.outboxes.outbox.sent], [2, 0]);
});
test("a class with the original's method names works as it did", async () => {
  const { outbox, signal } = await drive(new MyComponent(), { inbox: ["you", "me"] });
  assert.deepEqual({ outbox, signal }, { outbox: ["hello you", "hello me"], signal: [producerFinished()] });
});
test("a subclass inherits boxes, and may replace them", () => {
  class Child extends MyComponent {}
  class Other extends MyComponent {
    static override readonly Inboxes = { inbox: "messages", control: "shutdown", more: "more" };
  }
  assert.deepEqual(Object.keys(new Child().inboxes), ["inbox", "control"]);
  assert.deepEqual(Object.keys(new Other().inboxes), ["inbox", "control", "more"]);
});
test("class-level mutation: boxes given to one component's constructor are not there in the next one", () => {
  class Open extends Component<any, any> {
    *main(): Main {}
  }
  const first = new Open({ inbox: "", video: "" }, { outbox: "" });
  const second = new Open({ inbox: "" }, { outbox: "", frames: "" });
  assert.deepEqual(
    [Object.keys(first.inboxes), Object.keys(second.inboxes), Object.keys(first.outboxes)],
    [
      ["inbox", "video", "control"],
      ["inbox", "control"],
      ["outbox", "signal"],
    ],
  );
});
test("boxes may be called as the methods of objects are", () => {
  const odd = make("Odd", function* () {}, { inboxes: ["constructor", "toString"], outboxes: ["hasOwnProperty"] });
  odd.inboxes["toString"]!.deliver(1);
  assert.equal(odd.recv("toString"), 1);
  assert.equal(odd.anyReady(), undefined);
});
test("docs tell what the boxes are for", () => {
  assert.deepEqual(new MyComponent().docs, { inboxes: MyComponent.Inboxes, outboxes: MyComponent.Outboxes });
  assert.equal(Echo().docs.inboxes["inbox"], "messages");
});
test("kind is the function or the class that made it, and gives it its name", () => {
  assert.deepEqual([Echo().kind, new MyComponent().kind], [Echo, MyComponent]);
  const anonymous = new (class extends Component {
    *main(): Main {}
  })();
  assert.equal(anonymous.name, "Component");
});
test("names are numbered in the order of activation, and paths name the parents", () => {
  const child = Echo();
  const parent = make("Parent", function* (_, __, self) {
    self.addChildren(child);
    child.activate();
    yield;
  });
  const other = Echo();
  assert.deepEqual([parent.name, parent.id, parent.path], ["Parent", 0, "Parent"]);
  settle(parent, other);
  assert.deepEqual([parent.path, other.path, child.path, child.id], ["Parent_1", "Echo_2", "Parent_1/Echo_3", 3]);
});
test("dataReady, anyReady, recv and send work by the names of boxes", () => {
  const both = make("Both", function* () {}, { inboxes: ["a", "b"], outboxes: ["x"] });
  both.link([both, "x"], [both, "b"]);
  assert.deepEqual([both.dataReady("a"), both.dataReady("b"), both.anyReady()], [false, false, undefined]);
  for (const n of [1, 2]) both.send(n, "x");
  assert.deepEqual([both.dataReady("a"), both.dataReady("b"), both.anyReady()], [false, true, "b"]);
  assert.deepEqual([both.recv("b"), both.recv("b")], [1, 2]);
  assert.throws(() => both.recv("b"), {
    name: "RangeError",
    message: 'Cannot recv from Both.b: it is empty; call recv after "yield inbox" answered true',
  });
});
test("setInboxSize says how many messages make an inbox full", () => {
  const [from, to] = [Echo(), Echo()];
  from.link([from, "outbox"], [to, "inbox"]);
  to.setInboxSize("inbox", 2);
  from.send(1, "outbox");
  assert.equal(from.outboxes.outbox.full, false);
  from.send(2, "outbox");
  assert.equal(from.outboxes.outbox.full, true);
});
test("K15: activate() answers the component, and twice does no harm", () => {
  const system = new System({ manual: true });
  const echo = Echo();
  assert.equal(echo.activate(system), echo);
  echo.activate(system);
  system.activate(echo);
  assert.deepEqual([stepper(system).rest(), system.live], [["Echo_1"], 1]);
});
test("K15: activating a component that has ended is an error of whoever does it, not the end of the system", () => {
  const echo = Echo();
  const system = settle(echo);
  echo.stop();
  stepper(system).rest();
  assert.throws(() => echo.activate(), { message: "Cannot activate Echo_1: it has ended; make a new one" });
});
test("K15: pause and unpause before activation do nothing", () => {
  const idle = make("Idle", function* () {
    yield;
  });
  idle.pause();
  idle.unpause();
  assert.deepEqual(stepper(settle()).rest(), []);
  settle(idle);
  assert(idle.isStopped);
});
test("a component activated in another one's turn is its child, and lives in its system", () => {
  const child = Echo();
  const parent = make("Parent", function* () {
    child.activate();
    yield;
  });
  const system = settle(parent);
  assert.deepEqual([parent.childComponents(), child.system], [[child], system]);
});
test("a component that is not active yet would run in the system of its parent, or in the default one", () => {
  const [parent, child] = [Echo(), Echo()];
  assert.equal(child.system, defaultSystem());
  parent.addChildren(child);
  const system = settle(parent);
  assert.equal(child.system, system);
});
test("K20: addChildren, childComponents and removeChild keep the list of children", () => {
  const [parent, one, two] = [Echo(), Echo(), Echo()];
  parent.addChildren(one, two);
  assert.deepEqual(parent.childComponents(), [one, two]);
  parent.link([parent, "outbox"], [one, "inbox"]);
  parent.removeChild(one);
  assert.deepEqual([parent.childComponents(), parent.outboxes.outbox.linked], [[two], false]);
  parent.childComponents().pop();
  assert.deepEqual(parent.childComponents(), [two], "childComponents() is a copy");
  parent.removeChild(one);
});
test("addChildren() refuses a child of somebody, one that is active, and parents that have ended", () => {
  const [parent, other, child, active] = [Echo(), Echo(), Echo(), Echo()];
  const system = settle(active, other);
  parent.addChildren(child);
  assert.throws(() => other.addChildren(child), { message: "Cannot make Echo a child of Echo_2: it is a child of Echo already" });
  assert.throws(() => parent.addChildren(active), { message: "Cannot make Echo_1 a child of Echo: it is active already" });
  other.stop();
  stepper(system).rest();
  assert.throws(() => other.addChildren(Echo()), { message: "Cannot make Echo a child of Echo_2: Echo_2 has ended" });
});
test("removeChild() refuses a child that is active", () => {
  const child = Echo();
  const parent = make("Parent", function* () {
    child.activate();
    yield;
  });
  settle(parent);
  assert.throws(() => parent.removeChild(child), { message: "Cannot remove Echo_2 from Parent_1: it is active; stop it" });
});
test("ended is fulfilled when the component has ended, also for those who ask afterwards", async () => {
  const echo = Echo();
  const { ended } = echo;
  const system = settle(echo);
  assert.equal(echo.isStopped, false);
  echo.stop();
  stepper(system).rest();
  await ended;
  await echo.ended;
  assert.equal(echo.isStopped, true);
});
test("shutdown is the message that told the component to stop", () => {
  const echo = Echo();
  const system = settle(echo);
  assert.equal(echo.shutdown, undefined);
  echo.stop(producerFinished("enough"));
  stepper(system).rest();
  assert.deepEqual(echo.shutdown, producerFinished("enough"));
});
test("Component: a box that it does not have is named, with those that it has", () => {
  const part: Component<any, any> = make("Part", function* () {});
  const only = 'Part has no inbox "inbx", only "inbox", "control"';
  assert.throws(() => part.recv("inbx"), { name: "RangeError", message: `Cannot recv from Part.inbx: ${only}` });
  assert.throws(() => part.dataReady("inbx"), { name: "RangeError", message: `Cannot look into Part.inbx: ${only}` });
  assert.throws(() => part.setInboxSize("inbx", 1), { name: "RangeError", message: `Cannot set the size of Part.inbx: ${only}` });
  assert.throws(() => part.send(1, "outbx"), {
    name: "RangeError",
    message: 'Cannot send from Part.outbx: Part has no outbox "outbx", only "outbox", "signal"',
  });
});
test("Component: nobody becomes a child of itself, or of what is below it", () => {
  const [above, below] = [Echo(), Echo()];
  above.addChildren(below);
  const message = "Cannot make Echo a child of Echo: it would be its own parent";
  assert.throws(() => above.addChildren(above), { message });
  assert.throws(() => below.addChildren(above), { message });
  assert.equal(below.path, "Echo/Echo");
});
test("Component: who watches a child that has ended already is told at once", async () => {
  const child = make("Child", function* () {});
  const parent = make("Parent", function* (_, { outbox }, self) {
    child.activate();
    while (!child.isStopped) yield;
    self.watch(child, ({ component, reason }) => outbox.send([component.name, reason]));
  });
  await drive(parent).expect({ outbox: [["Child_2", "finished"]] });
});
test("component() refuses to make one without a main", () => {
  function Kind(): void {}
  assert.throws(() => component(Kind, {} as never), {
    name: "TypeError",
    message: "Cannot make a component: it has no main; give it *main() { … }",
  });
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { stepper, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { BoxAlreadyLinkedToDestination, type Component, type Linkage, sleep, System } from "./index.ts";

/** A component with inboxes a, b and outboxes a, b that is never activated: only its boxes matter. */
const boxes = (name: string): Component<any, any> => make(name, function* () {}, { inboxes: ["a", "b"], outboxes: ["a", "b"] });

/** Everything that waits in a box. */
function read(component: Component<any, any>, box = "a"): unknown[] {
  const inbox = component.inboxes[box]!;
  return Array.from({ length: inbox.length }, () => inbox.recv());
}

/** Every order of these items. */
function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

test("K2: send delivers at once, in call order, the same object to the final destination", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  const message = { n: 1 };
  from.link([from, "a"], [to, "a"]);
  from.send(message, "a");
  assert.equal(to.inboxes["a"]!.length, 1);
  assert.equal(to.recv("a"), message);
});
test("K2: messages of several senders arrive in the order in which they were sent", () => {
  const [one, two, to] = [boxes("One"), boxes("Two"), boxes("To")];
  for (const from of [one, two]) to.link([from, "a"], [to, "a"]);
  one.send(1, "a");
  two.send(2, "a");
  one.send(3, "a");
  assert.deepEqual(read(to), [1, 2, 3]);
});
test("K3: many outboxes may be linked to one inbox, but one outbox only once", () => {
  const [from, to, other] = [boxes("From"), boxes("To"), boxes("Other")];
  const first = from.link([from, "a"], [to, "a"]);
  from.link([from, "b"], [to, "a"]);
  for (const sink of [to, other]) {
    assert.throws(() => from.link([from, "a"], [sink, "b"]), {
      name: "BoxAlreadyLinkedToDestination",
      message: `Cannot link From.a to ${sink.name}.b: it is linked to To.a already; unlink it first, or use a Splitter`,
    });
  }
  assert.throws(() => from.link([from, "a"], [to, "a"]), BoxAlreadyLinkedToDestination);
  first.unlink();
  from.link([from, "a"], [other, "b"]);
  from.send(1, "a");
  assert.deepEqual(read(other, "b"), [1]);
});
test("K4: passthrough 1 links a parent's inbox to its child's, 2 a child's outbox to its parent's", () => {
  const [parent, child, to] = [boxes("Parent"), boxes("Child"), boxes("To")];
  parent.link([parent, "a"], [child, "b"], { passthrough: 1 });
  parent.link([child, "b"], [parent, "a"], { passthrough: 2 });
  parent.link([parent, "a"], [to, "a"]);
  parent.inboxes["a"]!.deliver("in");
  child.send("out", "b");
  assert.deepEqual([read(child, "b"), read(to), parent.inboxes["a"]!.length], [["in"], ["out"], 0]);
});
for (const order of permutations([0, 1, 2, 3, 4])) {
  test(`K4: a chain delivers to its end, linked in the order ${order.join(" ")}`, () => {
    const [source, outer, wall, inner, sink] = ["Source", "Outer", "Wall", "Inner", "Sink"].map(boxes) as [
      Component<any, any>,
      Component<any, any>,
      Component<any, any>,
      Component<any, any>,
      Component<any, any>,
    ];
    const links: (() => Linkage)[] = [
      () => source.link([source, "a"], [outer, "a"], { passthrough: 2 }),
      () => source.link([outer, "a"], [wall, "a"], { passthrough: 2 }),
      () => source.link([wall, "a"], [outer, "b"]),
      () => source.link([outer, "b"], [inner, "a"], { passthrough: 1 }),
      () => source.link([inner, "a"], [sink, "a"], { passthrough: 1 }),
    ];
    const made = new Map(order.map((i) => [i, links[i]!()]));
    source.send("x", "a");
    assert.deepEqual(read(sink), ["x"]);
    assert.equal(source.outboxes["a"]!.target, sink.inboxes["a"], "the outbox knows the far end: the length of the chain costs nothing");
    for (const i of order.toReversed()) {
      made.get(i)!.unlink();
      source.send(i, "a");
      assert.deepEqual(read(sink), [], "what is cut does not arrive");
      made.set(i, links[i]!());
      for (const box of [outer.inboxes["b"]!, inner.inboxes["a"]!]) assert.equal(box.length, 0, "what waited has moved on");
      read(sink);
      source.send("again", "a");
      assert.deepEqual(read(sink), ["again"]);
    }
  });
}
test("K5: linking a box that holds messages moves them on, in order, before those sent later", () => {
  const [parent, child, from] = [boxes("Parent"), boxes("Child"), boxes("From")];
  from.link([from, "a"], [parent, "a"]);
  for (const n of [1, 2, 3]) from.send(n, "a");
  parent.link([parent, "a"], [child, "a"], { passthrough: 1 });
  from.send(4, "a");
  assert.deepEqual([parent.inboxes["a"]!.length, read(child)], [0, [1, 2, 3, 4]]);
});
test("K5, message loss on linking into a full box: nothing is lost, however little the new box is meant to hold", () => {
  const [parent, child, from] = [boxes("Parent"), boxes("Child"), boxes("From")];
  from.link([from, "a"], [parent, "a"]);
  for (let n = 0; n < 300; n++) from.send(n, "a");
  child.setInboxSize("a", 1);
  parent.link([parent, "a"], [child, "a"], { passthrough: 1 });
  assert.deepEqual(
    read(child),
    Array.from({ length: 300 }, (_, n) => n),
  );
});
test("K6, a parent can steal a child's message: it cannot receive from a box that is passed through", () => {
  const [parent, child] = [boxes("Parent"), boxes("Child")];
  parent.link([parent, "a"], [child, "a"], { passthrough: 1 });
  parent.inboxes["a"]!.deliver("for the child");
  assert.equal(parent.dataReady("a"), false);
  assert.throws(() => parent.recv("a"), { name: "RangeError", message: "Cannot recv from Parent.a: it is passed through to Child.a" });
  assert.deepEqual(read(child), ["for the child"]);
});
test("K7: after unlink, what has arrived stays, and what is sent is dropped and counted", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  const linkage = from.link([from, "a"], [to, "a"]);
  from.send(1, "a");
  linkage.unlink();
  from.send(2, "a");
  assert.deepEqual([read(to), from.outboxes["a"]!.drops], [[1], 1]);
});
test("K7: after the unlink of a passed-through inbox, messages wait in it again", () => {
  const [from, parent, child] = [boxes("From"), boxes("Parent"), boxes("Child")];
  from.link([from, "a"], [parent, "a"]);
  const through = parent.link([parent, "a"], [child, "a"], { passthrough: 1 });
  from.send(1, "a");
  through.unlink();
  from.send(2, "a");
  assert.deepEqual([read(child), read(parent)], [[1], [2]]);
});
test("unlink() twice, or after the box was linked elsewhere, does nothing", () => {
  const [from, to, other] = [boxes("From"), boxes("To"), boxes("Other")];
  const first = from.link([from, "a"], [to, "a"]);
  first.unlink();
  from.link([from, "a"], [other, "a"]);
  first.unlink();
  from.send(1, "a");
  assert.deepEqual([read(to), read(other)], [[], [1]]);
});
test("unlink() after the same two boxes were linked anew leaves the new linkage alone", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  const first = from.link([from, "a"], [to, "a"]);
  first.unlink();
  from.link([from, "a"], [to, "a"]);
  first.unlink();
  from.send(1, "a");
  assert.deepEqual(read(to), [1]);
});
test("K8: a loop of passed-through boxes is refused", () => {
  const [one, two] = [boxes("One"), boxes("Two")];
  one.link([one, "a"], [two, "a"], { passthrough: 1 });
  assert.throws(() => one.link([two, "a"], [one, "a"], { passthrough: 1 }), {
    name: "RangeError",
    message: "Cannot link Two.a to One.a: messages would go round in a loop of passed-through boxes",
  });
  assert.throws(() => one.link(two.inboxes["b"]!, two.inboxes["b"]!), { name: "RangeError" });
  one.link([one, "a"], [two, "a"], { passthrough: 2 });
  assert.throws(() => one.link([two, "a"], [one, "a"], { passthrough: 2 }), { name: "RangeError" });
});
test("K8: a box that does not exist is refused, and the error names those there are", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  assert.throws(() => from.link([from, "c"], [to, "a"]), {
    name: "RangeError",
    message: 'Cannot link From.c: From has no outbox "c", only "a", "b", "signal"',
  });
  assert.throws(() => from.link([from, "a"], [to, "toString"]), {
    message: 'Cannot link To.toString: To has no inbox "toString", only "a", "b", "control"',
  });
  assert.throws(() => from.link([from, "a"], [to, "a"], { passthrough: 1 }) && from.link([from, "a"], [to, "c"], { passthrough: 2 }));
});
test("an inbox cannot be linked to an outbox", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  assert.throws(() => from.link(from.inboxes["a"]!, to.outboxes["a"]!), {
    name: "TypeError",
    message: "Cannot link From.a to To.a: messages go from an inbox only to another inbox",
  });
});
test("K9: only the bound of the final inbox counts, and it counts again where a chain is cut", () => {
  const [from, middle, to] = [boxes("From"), boxes("Middle"), boxes("To")];
  from.link([from, "a"], [middle, "a"]);
  middle.setInboxSize("a", 1);
  const through = from.link([middle, "a"], [to, "a"], { passthrough: 1 });
  from.send(1, "a");
  assert.equal(from.outboxes["a"]!.full, false);
  through.unlink();
  from.send(2, "a");
  assert.equal(from.outboxes["a"]!.full, true);
});
test("K9: every sender to a box sees it full at the same moment", () => {
  const [one, two, to] = [boxes("One"), boxes("Two"), boxes("To")];
  for (const from of [one, two]) to.link([from, "a"], [to, "a"], { bound: 2 });
  const full = (): boolean[] => [one, two].map((from) => from.outboxes["a"]!.full);
  one.send(1, "a");
  assert.deepEqual(full(), [false, false]);
  two.send(2, "a");
  assert.deepEqual(full(), [true, true]);
  to.recv("a");
  assert.deepEqual(full(), [false, false]);
});
test("K9: a bound given with a linkage lasts as long as the linkage", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  to.setInboxSize("a", 7);
  const linkage = from.link([from, "a"], [to, "a"], { bound: 1 });
  from.send(1, "a");
  assert.equal(from.outboxes["a"]!.full, true);
  linkage.unlink();
  assert.equal(to.inboxes["a"]!.bound, 7);
});
test("K9: bounds given with two linkages: the last one counts, and in the end the box has its own again", () => {
  const [one, two, to] = [boxes("One"), boxes("Two"), boxes("To")];
  const first = one.link([one, "a"], [to, "a"], { bound: 5 });
  const second = two.link([two, "a"], [to, "a"], { bound: 10 });
  assert.equal(to.inboxes["a"]!.bound, 10);
  first.unlink();
  assert.equal(to.inboxes["a"]!.bound, 10, "the second linkage is still there");
  second.unlink();
  assert.equal(to.inboxes["a"]!.bound, 128);
});
test("K9: a bound is one message or more", () => {
  const component = boxes("Box");
  for (const bound of [0, -1, Number.NaN]) {
    assert.throws(() => component.setInboxSize("a", bound), {
      name: "RangeError",
      message: `Cannot set the size of a box to ${bound}: it holds 1 message or more, Infinity for no bound`,
    });
  }
});
test("K10: a linkage ends with the component that made it, which need not be at either end", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  const maker = make("Maker", function* (_, __, self) {
    self.link([from, "a"], [to, "a"]);
    yield;
    from.send("linked", "a");
  });
  const system = new System({ manual: true });
  system.activate(maker);
  stepper(system).rest();
  from.send("gone", "a");
  assert.deepEqual([read(to), from.outboxes["a"]!.drops], [["linked"], 1]);
});
test("K10: a linkage made by somebody else survives the component that it touches", () => {
  const to = boxes("To");
  const from = make("From", function* (_, { outbox }) {
    outbox.send(1);
    yield;
  });
  const linkage = to.link([from, "outbox"], [to, "a"]);
  const system = new System({ manual: true });
  system.activate(from);
  stepper(system).rest();
  assert(from.isStopped);
  from.send(2, "outbox");
  assert.deepEqual(read(to), [1, 2]);
  linkage.unlink();
});
test("K10: unlink(component) ends the linkages that this component made to or from another", () => {
  const [self, one, two] = [boxes("Self"), boxes("One"), boxes("Two")];
  self.link([self, "a"], [one, "a"]);
  self.link([one, "a"], [self, "a"]);
  self.link([self, "b"], [two, "a"]);
  one.link([one, "b"], [self, "b"]);
  self.unlink(one);
  for (const [from, box] of [
    [self, "a"],
    [one, "a"],
    [self, "b"],
    [one, "b"],
  ] as const)
    from.send(box, box);
  assert.deepEqual([read(one), read(self), read(two), read(self, "b")], [[], [], ["b"], ["b"]]);
});
test("linking while the box is full: its sender goes on waiting, for the box at the new end", () => {
  const source = make("Source", function* (_, { outbox }) {
    for (let n = 0; ; n++) {
      outbox.send(n);
      if (!(yield)) return;
    }
  });
  const [parent, child] = [boxes("Parent"), boxes("Child")];
  parent.link([source, "outbox"], [parent, "a"], { bound: 4 });
  child.setInboxSize("a", 4);
  const system = new System({ manual: true });
  system.expect("what this test does next");
  system.activate(source);
  const turns = stepper(system);
  assert.equal(turns.steps(10).length, 5);
  parent.link([parent, "a"], [child, "a"], { passthrough: 1 });
  assert.deepEqual(turns.steps(10), [], "still held");
  assert.equal(child.inboxes["a"]!.length, 5);
  read(child);
  assert.equal(turns.steps(1).length, 1, "and released when the new box drains");
});
test("linking while the box is full to one with more room lets its sender go on", () => {
  const source = make("Source", function* (_, { outbox }) {
    for (let n = 0; n < 8; n++) {
      outbox.send(n);
      yield;
    }
  });
  const [parent, child] = [boxes("Parent"), boxes("Child")];
  parent.link([source, "outbox"], [parent, "a"], { bound: 1 });
  child.setInboxSize("a", 5);
  const system = new System({ manual: true });
  system.expect("what this test does next");
  system.activate(source);
  const turns = stepper(system);
  turns.rest();
  assert.deepEqual([parent.inboxes["a"]!.length, system.held], [2, 1]);
  parent.link([parent, "a"], [child, "a"], { passthrough: 1 });
  assert.equal(system.held, 0);
  turns.rest();
  assert.deepEqual([child.inboxes["a"]!.length, system.held], [6, 1]);
});
test("linking while the box is full does not hold the component that links", () => {
  const [parent, child] = [boxes("Parent"), boxes("Child")];
  for (let n = 0; n < 300; n++) parent.inboxes["a"]!.deliver(n);
  const linker = make("Linker", function* () {
    parent.link([parent, "a"], [child, "a"], { passthrough: 1 });
    yield;
  });
  const system = new System({ manual: true });
  system.activate(linker);
  stepper(system).rest();
  assert(linker.isStopped);
});
test("unlinking releases the sender that waits for room: it has nobody left to wait for", async () => {
  const source = make("Source", function* (_, { outbox }) {
    for (let n = 0; n < 1000; n++) {
      outbox.send(n);
      yield;
    }
  });
  const to = boxes("To");
  const clock = new VirtualClock();
  const system = new System({ clock });
  const linkage = to.link([source, "outbox"], [to, "a"]);
  const unlinker = make("Unlinker", function* () {
    yield sleep(1000);
    linkage.unlink();
  });
  system.activate(unlinker);
  await system.run(source);
  assert.deepEqual([source.outboxes["outbox"]!.drops, to.inboxes["a"]!.length], [1000 - 129, 129]);
});
test("Linkage.toString() names both ends", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  assert.equal(String(from.link([from, "a"], [to, "b"])), "From.a → To.b");
});
test("link() says what it got that is no box", () => {
  const part = make("Part", function* () {});
  const nothing = part.outboxes["outbx"]!;
  assert.throws(() => part.link(nothing, part.inboxes["inbox"]!), {
    name: "TypeError",
    message: 'Cannot link: what is meant as an outbox is undefined; give a box, or [component, "name"]',
  });
  assert.throws(
    () => part.link(part.outboxes["outbox"]!, "inbox" as never),
    /^TypeError: Cannot link: what is meant as an inbox is inbox;/,
  );
  assert.throws(() => part.link([undefined as never, "outbox"], part.inboxes["inbox"]!), /^TypeError: Cannot link: /);
});

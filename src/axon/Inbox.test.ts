// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo, stepper, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { type Component, type Inbox, producerFinished, sleep, System } from "./index.ts";

/** A component whose inbox is all that matters. */
const box = (): Inbox => Echo().inboxes.inbox;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** Sends numbers, one a turn, and notes how many it has sent. */
function Source(count: number): Component<any, any> {
  return make(
    "Source",
    function* (_, { outbox }) {
      for (let n = 0; n < count; n++) {
        outbox.send(n);
        if (!(yield)) return;
      }
    },
    { inboxes: [] },
  );
}

/** Reads nothing until it is told to by a message to "go". */
function Stopper(): Component<any, any> {
  return make(
    "Stopper",
    function* ({ go }) {
      while (yield go) go.recv();
    },
    { inboxes: ["inbox", "go"], outboxes: [] },
  );
}

test("an inbox gives messages in the order in which they came", () => {
  const inbox = box();
  for (const n of numbers(1000)) inbox.deliver(n);
  assert.equal(inbox.length, 1000);
  assert.deepEqual(
    numbers(1000).map(() => inbox.recv()),
    numbers(1000),
  );
  assert.equal(inbox.length, 0);
});
test("an inbox keeps the order while it is filled and drained by turns, at every size", () => {
  const inbox = box();
  let [sent, received] = [0, 0];
  for (let round = 1; round <= 70; round++) {
    for (let i = 0; i < round; i++) inbox.deliver(sent++);
    for (let i = 0; i < round - 1; i++) assert.equal(inbox.recv(), received++);
  }
  while (inbox.length > 0) assert.equal(inbox.recv(), received++);
  assert.equal(received, sent);
});
for (const start of [2 ** 31 - 3, 2 ** 32 - 3, 2 ** 40 - 3]) {
  test(`an inbox goes on counting after ${start} messages`, () => {
    const inbox = box();
    for (const n of numbers(5)) inbox.deliver(n);
    for (let i = 0; i < 5; i++) inbox.recv();
    inbox.head = start;
    inbox.tail = start;
    for (const n of numbers(20)) inbox.deliver(n);
    assert.deepEqual(
      numbers(20).map(() => inbox.recv()),
      numbers(20),
    );
    assert.equal(inbox.tail, start + 20);
  });
}
test("an inbox takes any message, undefined and null too", () => {
  const inbox = box();
  for (const message of [undefined, null, 0, "", Number.NaN]) inbox.deliver(message);
  assert.equal(inbox.length, 5);
  assert.deepEqual([inbox.recv(), inbox.recv(), inbox.recv(), inbox.recv(), inbox.recv()], [undefined, null, 0, "", Number.NaN]);
});
test("an inbox lets go of what was taken", () => {
  const inbox = box();
  inbox.deliver({});
  inbox.recv();
  assert.deepEqual([...inbox.ring], [undefined, undefined, undefined, undefined]);
});
test("K8: recv from an empty inbox is an error that says what to do", () => {
  assert.throws(() => box().recv(), {
    name: "RangeError",
    message: 'Cannot recv from Echo.inbox: it is empty; call recv after "yield inbox" answered true',
  });
});
test("peekNext() looks without taking", () => {
  const inbox = box();
  assert.equal(inbox.peekNext(), undefined);
  inbox.deliver("a");
  inbox.deliver("b");
  assert.deepEqual([inbox.peekNext(), inbox.peekNext(), inbox.recv(), inbox.peekNext()], ["a", "a", "a", "b"]);
});
test("for … of takes message after message, those that come meanwhile too", () => {
  const inbox = box();
  const seen: number[] = [];
  inbox.deliver(0);
  for (const n of inbox) {
    seen.push(n);
    if (n < 5) inbox.deliver(n + 1);
  }
  assert.deepEqual([seen, inbox.length], [[0, 1, 2, 3, 4, 5], 0]);
});
test("for … of may be left, and the rest stays", () => {
  const inbox = box();
  for (const n of numbers(3)) inbox.deliver(n);
  for (const n of inbox) if (n === 1) break;
  assert.deepEqual([inbox.length, inbox.recv()], [1, 2]);
});
test("point 2: a message sent into a full box is accepted, and the sender gets its next turn when the box has drained to half", () => {
  const [source, stopper] = [Source(100), Stopper()];
  source.link([source, "outbox"], [stopper, "inbox"], { bound: 4 });
  const system = new System({ manual: true });
  system.expect("what this test does next");
  system.activate(source);
  system.activate(stopper);
  const turns = stepper(system);
  const inbox = stopper.inboxes["inbox"]!;
  turns.rest();
  assert.equal(inbox.length, 5, "four make it full, the fifth is accepted");
  inbox.recv();
  inbox.recv();
  assert.deepEqual(turns.rest(), []);
  inbox.recv();
  assert.equal(inbox.length, 2);
  assert.equal(turns.rest().length, 3, "from half to one more than full");
  assert.equal(inbox.length, 5);
});
test("point 2: the bound is 128 unless it is set", () => {
  const [source, stopper] = [Source(1000), Stopper()];
  source.link([source, "outbox"], [stopper, "inbox"]);
  const system = new System({ manual: true });
  system.expect("nothing");
  system.activate(source);
  stepper(system).rest();
  assert.equal(stopper.inboxes["inbox"]!.length, 129);
});
test("point 2: the hold travels upstream to the source", () => {
  const [source, echo, stopper] = [Source(10_000), Echo(), Stopper()];
  source.link([source, "outbox"], [echo, "inbox"], { bound: 3 });
  source.link([echo, "outbox"], [stopper, "inbox"], { bound: 3 });
  const system = new System({ manual: true });
  system.expect("nothing");
  for (const one of [source, echo, stopper]) system.activate(one);
  stepper(system).rest();
  assert.deepEqual([stopper.inboxes["inbox"]!.length, echo.inboxes.inbox.length, source.outboxes["outbox"]!.sent], [4, 4, 8]);
});
test("point 2: draining a box in a loop stops by itself while the component is held, and goes on afterwards", async () => {
  const rounds: number[] = [];
  const drain = make("Drain", function* ({ inbox }, { outbox }) {
    while (yield inbox) {
      let count = 0;
      for (const message of inbox) {
        outbox.send(message);
        count++;
      }
      rounds.push(count);
    }
  });
  const seen: unknown[] = [];
  const slow = make("Slow", function* ({ inbox }) {
    while (yield inbox) {
      seen.push(inbox.recv());
      yield sleep(1);
    }
  });
  for (const n of numbers(20)) drain.inboxes["inbox"]!.deliver(n);
  drain.link([drain, "outbox"], [slow, "inbox"], { bound: 4 });
  drain.link([drain, "signal"], [slow, "control"]);
  drain.stop(producerFinished());
  const system = new System({ clock: new VirtualClock() });
  system.activate(drain);
  await system.run(slow);
  assert.deepEqual(seen, numbers(20));
  assert.deepEqual(rounds, [5, 3, 3, 3, 3, 3]);
});
test("point 2: control is never bounded", () => {
  const echo = Echo();
  assert.equal((echo.inboxes.control as Inbox).bound, Infinity);
  const own = make("Own", function* () {}, { inboxes: ["control"] });
  for (let i = 0; i < 10_000; i++) own.stop();
  assert.deepEqual([own.inboxes["control"]!.length, own.inboxes["control"]!.full], [10_000, false]);
});
test("a bound may be changed while messages wait: who waits for room goes on as soon as there is some", () => {
  const [source, stopper] = [Source(100), Stopper()];
  source.link([source, "outbox"], [stopper, "inbox"], { bound: 4 });
  const system = new System({ manual: true });
  system.expect("nothing");
  system.activate(source);
  const turns = stepper(system);
  turns.rest();
  stopper.setInboxSize("inbox", 50);
  turns.rest();
  assert.equal(stopper.inboxes["inbox"]!.length, 51);
  stopper.setInboxSize("inbox", 10);
  assert.deepEqual(turns.rest(), []);
  stopper.setInboxSize("inbox", Infinity);
  turns.rest();
  assert(source.isStopped);
});
test("who sends to the box of a component that ends is held no longer, and what comes is dropped and counted", () => {
  const [source, stopper] = [Source(20), Stopper()];
  source.link([source, "outbox"], [stopper, "inbox"], { bound: 4 });
  const system = new System({ manual: true });
  system.expect("what this test does next");
  system.activate(source);
  system.activate(stopper);
  const turns = stepper(system);
  turns.rest();
  assert.equal(stopper.inboxes["inbox"]!.length, 5);
  stopper.kill();
  turns.rest();
  assert(source.isStopped);
  assert.equal(stopper.inboxes["inbox"]!.drops, 15);
});
test("an inbox of a component that has ended stays closed when its bound is set", () => {
  const [from, to] = [Echo(), Echo()];
  const linkage = from.link([from, "outbox"], [to, "inbox"], { bound: 2 });
  from.send(1, "outbox");
  const system = new System({ manual: true });
  system.activate(to);
  to.kill();
  linkage.unlink();
  to.inboxes.inbox.deliver(2);
  assert.equal(to.inboxes.inbox.drops, 1);
});
test("full, peak and drops can be read at any time", () => {
  const inbox = box();
  assert.deepEqual([inbox.full, inbox.peak, inbox.drops], [false, 0, 0]);
  for (const n of numbers(128)) inbox.deliver(n);
  for (let i = 0; i < 100; i++) inbox.recv();
  inbox.deliver(0);
  assert.deepEqual([inbox.full, inbox.peak, inbox.length], [false, 128, 29]);
});

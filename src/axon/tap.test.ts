// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import fc from "fast-check";
import { host } from "#host";
import { stepper, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { type AnyComponent, type Linkage, record, sleep, System, tap } from "./index.ts";
import { Inbox } from "./Inbox.ts";
import { Outbox } from "./Outbox.ts";

/** A component that is never activated: only its boxes matter. */
const boxes = (name: string): AnyComponent => make(name, function* () {}, { inboxes: ["a", "b"], outboxes: ["a", "b"] });

/** What a tap sees, and how to end it. */
function watch(what: Inbox | Outbox | Linkage): { readonly seen: unknown[]; readonly untap: () => void } {
  const seen: unknown[] = [];
  return { seen, untap: tap(what as Linkage, (message) => seen.push(message)) };
}

function read(component: AnyComponent, box = "a"): unknown[] {
  const inbox = component.inboxes[box]!;
  return Array.from({ length: inbox.length }, () => inbox.recv());
}

test("tap() shows what an outbox sends, and all of it arrives", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  to.link([from, "a"], [to, "a"]);
  const { seen, untap } = watch(from.outboxes["a"]!);
  from.send(1, "a");
  from.send(2, "b");
  from.outboxes["a"]!.trySend(3);
  untap();
  from.send(4, "a");
  assert.deepEqual(
    [seen, read(to)],
    [
      [1, 3],
      [1, 3, 4],
    ],
  );
});
test("tap() shows what an outbox sends to nobody", () => {
  const from = boxes("From");
  const { seen } = watch(from.outboxes["a"]!);
  from.send(1, "a");
  assert.deepEqual([seen, from.outboxes["a"]!.drops], [[1], 1]);
});
test("tap() shows what comes to an inbox, from whomever", () => {
  const [one, two, to] = [boxes("One"), boxes("Two"), boxes("To")];
  for (const from of [one, two]) to.link([from, "a"], [to, "a"]);
  const { seen, untap } = watch(to.inboxes["a"]!);
  one.send(1, "a");
  two.send(2, "a");
  to.inboxes["a"]!.deliver(3);
  untap();
  one.send(4, "a");
  assert.deepEqual(
    [seen, read(to)],
    [
      [1, 2, 3],
      [1, 2, 3, 4],
    ],
  );
});
test("tap() shows what takes a linkage, and not what others send to the same place", () => {
  const [one, two, to] = [boxes("One"), boxes("Two"), boxes("To")];
  const linkage = to.link([one, "a"], [to, "a"]);
  to.link([two, "a"], [to, "a"]);
  const { seen } = watch(linkage);
  one.send(1, "a");
  two.send(2, "a");
  assert.deepEqual([seen, read(to)], [[1], [1, 2]]);
});
test("tap() shows each message before it arrives, at the sender first", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  to.link([from, "a"], [to, "a"]);
  const order: string[] = [];
  tap(to.inboxes["a"]!, () => order.push(`to: ${to.inboxes["a"]!.length}`));
  tap(from.outboxes["a"]!, () => order.push(`from: ${to.inboxes["a"]!.length}`));
  from.send(1, "a");
  assert.deepEqual(order, ["from: 0", "to: 0"]);
});
test("tap() of one box may be had more than once, and each is ended for itself, once", () => {
  const from = boxes("From");
  const [one, two] = [watch(from.outboxes["a"]!), watch(from.outboxes["a"]!)];
  from.send(1, "a");
  one.untap();
  one.untap();
  from.send(2, "a");
  assert.deepEqual([one.seen, two.seen], [[1], [1, 2]]);
});
test("tap() in the middle of a chain of passed-through boxes shows what passes there, also from outside", () => {
  const [from, outer, inner, to] = [boxes("From"), boxes("Outer"), boxes("Inner"), boxes("To")];
  to.link([inner, "a"], [to, "a"], { passthrough: 1 });
  to.link([outer, "a"], [inner, "a"], { passthrough: 1 });
  to.link([from, "a"], [outer, "a"]);
  const middle = watch(inner.inboxes["a"]!);
  const linkages = [
    watch(to.link([from, "b"], [inner, "b"])), // goes another way
    watch(outer.inboxes["a"]!),
  ];
  from.send(1, "a");
  outer.inboxes["a"]!.deliver(2);
  inner.inboxes["a"]!.deliver(3);
  to.inboxes["a"]!.deliver(4);
  assert.deepEqual([middle.seen, linkages[0]!.seen, linkages[1]!.seen, read(to)], [[1, 2, 3], [], [1, 2], [1, 2, 3, 4]]);
});
test("tap() of a parent's outbox shows what its children send through it", () => {
  const [child, parent, to] = [boxes("Child"), boxes("Parent"), boxes("To")];
  const { seen } = watch(parent.outboxes["a"]!);
  to.link([parent, "a"], [to, "a"]);
  const up = to.link([child, "a"], [parent, "a"], { passthrough: 2 });
  child.send(1, "a");
  up.unlink();
  child.send(2, "a");
  parent.send(3, "a");
  assert.deepEqual(
    [seen, read(to)],
    [
      [1, 3],
      [1, 3],
    ],
  );
});
test("tap() of a box goes on when it is linked anew; that of a linkage ends with it", () => {
  const [from, one, two] = [boxes("From"), boxes("One"), boxes("Two")];
  const linkage = from.link([from, "a"], [one, "a"]);
  const [out, along, into] = [watch(from.outboxes["a"]!), watch(linkage), watch(one.inboxes["a"]!)];
  from.send(1, "a");
  linkage.unlink();
  from.send(2, "a");
  from.link([from, "a"], [two, "a"]).unlink();
  from.link([from, "a"], [one, "a"]);
  from.send(3, "a");
  assert.deepEqual([out.seen, along.seen, into.seen], [[1, 2, 3], [1], [1, 3]]);
});
test("tap() of an inbox goes on when it becomes one that is passed through, and shows no message twice", () => {
  const [from, outer, inner] = [boxes("From"), boxes("Outer"), boxes("Inner")];
  from.link([from, "a"], [outer, "a"]);
  const [outside, inside] = [watch(outer.inboxes["a"]!), watch(inner.inboxes["a"]!)];
  from.send(1, "a");
  const through = outer.link([outer, "a"], [inner, "a"], { passthrough: 1 });
  from.send(2, "a");
  through.unlink();
  from.send(3, "a");
  assert.deepEqual(
    [outside.seen, inside.seen],
    [
      [1, 2, 3],
      [1, 2],
    ],
  );
});
test("tap() of a linkage that is over is refused", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  const linkage = from.link([from, "a"], [to, "a"]);
  linkage.unlink();
  assert.throws(() => tap(linkage, () => {}), { name: "Error", message: "Cannot tap From.a → To.a: it is unlinked" });
});
test("tap(): what the function throws is reported; sender, receiver and other taps notice nothing", () => {
  const reported = mock.method(host, "report", () => {});
  const [from, to] = [boxes("From"), boxes("To")];
  to.link([from, "a"], [to, "a"]);
  const fault = new Error("cannot look");
  tap(from.outboxes["a"]!, () => {
    throw fault;
  });
  const { seen } = watch(from.outboxes["a"]!);
  from.send(1, "a");
  reported.mock.restore();
  assert.deepEqual([seen, read(to), reported.mock.calls.map(({ arguments: [error] }) => error)], [[1], [1], [fault]]);
});
test("tap() holds nobody for what its function sends on", () => {
  const system = new System({ manual: true });
  const log = boxes("Log");
  log.setInboxSize("a", 1);
  const source = make("Source", function* (_, { outbox }) {
    for (let n = 0; n < 5; n++) {
      outbox.send(n);
      yield;
    }
  });
  tap(source.outboxes["outbox"]!, (message) => log.inboxes["a"]!.deliver(message));
  system.activate(source);
  stepper(system).rest();
  assert(source.isStopped);
  assert.equal(log.inboxes["a"]!.length, 5);
});
test("tap() leaves back-pressure as it is", () => {
  const system = new System({ manual: true });
  const to = boxes("To");
  const source = make("Source", function* (_, { outbox }) {
    for (let n = 0; ; n++) {
      outbox.send(n);
      yield;
    }
  });
  const linkage = to.link([source, "outbox"], [to, "a"], { bound: 3 });
  system.expect("somebody who reads");
  system.activate(source);
  const { seen } = watch(linkage);
  stepper(system).rest();
  assert.deepEqual([seen.length, source.outboxes["outbox"]!.full, system.held], [4, true, 1]);
});
test("tap(): boxes that nobody taps any more are what they were before", () => {
  const [from, outer, to] = [boxes("From"), boxes("Outer"), boxes("To")];
  to.link([outer, "a"], [to, "a"], { passthrough: 1 });
  to.link([from, "a"], [outer, "a"]);
  const all = [from.outboxes["a"]!, outer.inboxes["a"]!, to.inboxes["a"]!];
  const before = all.map((box) => Object.getPrototypeOf(box) as object);
  assert.deepEqual(before, [Outbox.prototype, Inbox.prototype, Inbox.prototype]);
  const untaps = all.map((box) => watch(box).untap);
  assert(all.every((box, i) => Object.getPrototypeOf(box) !== before[i]));
  for (const untap of untaps) untap();
  assert(all.every((box, i) => Object.getPrototypeOf(box) === before[i]));
  assert(all.every((box) => Object.getOwnPropertyNames(box).every((name) => !["send", "accept", "deliver"].includes(name))));
});
test("tap(): in a chain that is linked and unlinked at random, taps see exactly what passes", () => {
  const step = fc.oneof(
    fc.record({ link: fc.nat(3) }),
    fc.record({ unlink: fc.nat(3) }),
    fc.record({ send: fc.nat(4) }),
    fc.record({ tap: fc.nat(4) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const parts = ["P0", "P1", "P2", "P3", "P4"].map(boxes);
      /** P0.outbox → P1.inbox → P2.inbox → P3.inbox → P4.inbox */
      const chain = parts.map((part, i) => (i === 0 ? part.outboxes["a"]! : part.inboxes["a"]!));
      const linkages: (Linkage | undefined)[] = [];
      const watched = new Map<number, { readonly seen: unknown[]; readonly expected: number[] }>();
      const waiting: number[][] = chain.map(() => []);
      /** A message comes to a box, and goes on from there as far as it is linked. */
      const pass = (message: number, from: number): void => {
        let at = from;
        watched.get(at)?.expected.push(message);
        while (linkages[at] !== undefined) watched.get(++at)?.expected.push(message);
        waiting[at]!.push(message);
      };
      steps.forEach((each, number) => {
        if ("tap" in each && !watched.has(each.tap)) watched.set(each.tap, { seen: watch(chain[each.tap]!).seen, expected: [] });
        if ("link" in each && linkages[each.link] === undefined) {
          linkages[each.link] = parts[0]!.link(chain[each.link]!, chain[each.link + 1]!);
          if (each.link > 0) for (const message of waiting[each.link]!.splice(0)) pass(message, each.link + 1);
        }
        if ("unlink" in each) {
          linkages[each.unlink]?.unlink();
          linkages[each.unlink] = undefined;
        }
        if (!("send" in each)) return;
        pass(number, each.send);
        if (each.send === 0) parts[0]!.send(number, "a");
        else parts[each.send]!.inboxes["a"]!.deliver(number);
      });
      for (const { seen, expected } of watched.values()) assert.deepEqual(seen, expected);
      assert.deepEqual(
        parts.slice(1).map((part) => read(part)),
        waiting.slice(1),
      );
      assert.equal(parts[0]!.outboxes["a"]!.drops, waiting[0]!.length);
    }),
  );
});
test("record() keeps messages with their times, the last ones, until it is stopped", async () => {
  const source = make("Source", function* (_, { outbox }) {
    for (let n = 0; n < 4; n++) {
      outbox.send({ n });
      if (!(yield sleep(100))) return;
    }
  });
  const recording = record<{ n: number }>(source.outboxes["outbox"]!, { most: 2, copy: structuredClone });
  const first = record<{ n: number }>(source.outboxes["outbox"]!);
  const system = new System({ clock: new VirtualClock() });
  tap(source.outboxes["outbox"]!, ({ n }) => {
    if (n === 0) first.stop();
  });
  await system.run(source);
  assert.deepEqual(recording.entries, [
    [200, { n: 2 }],
    [300, { n: 3 }],
  ]);
  assert.deepEqual([recording.messages, recording.missed], [[{ n: 2 }, { n: 3 }], 2]);
  assert.deepEqual(first.messages, [{ n: 0 }]);
});
test("record() of a linkage with a copy keeps what was sent, whatever the receiver does to it", () => {
  const [from, to] = [boxes("From"), boxes("To")];
  const linkage = to.link([from, "a"], [to, "a"]);
  const [copies, originals] = [record(linkage, { copy: structuredClone }), record(linkage)];
  from.send({ list: [1] }, "a");
  (to.recv("a") as { list: number[] }).list.push(2);
  assert.deepEqual([copies.messages, originals.messages], [[{ list: [1] }], [{ list: [1, 2] }]]);
});

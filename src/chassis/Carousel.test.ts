// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Component,
  component,
  ComponentFailure,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
  System,
} from "../axon/index.ts";
import { at, drive, Echo, Fails, Feed, stepper, ToList, VirtualClock } from "../testing/index.ts";
import { Carousel } from "./Carousel.ts";
import { Pipeline } from "./Pipeline.ts";

/** Says when it starts and when it ends, and stays until it is told. */
function Guest(name: string, log: string[]): Component<{ inbox: string }, { outbox: string }> {
  return component(Guest, {
    inboxes: { inbox: "words" },
    outboxes: { outbox: "the same words" },
    *main({ inbox }, { outbox }, self) {
      log.push(`${name} starts`);
      while (yield inbox) outbox.send(`${name}: ${inbox.recv()}`);
      log.push(`${name} told ${self.shutdown?.type}`);
    },
  });
}

/** Takes so many words, and ends. */
function Takes(count: number): Component<{ inbox: string }, { outbox: string }> {
  return component(Takes, {
    inboxes: { inbox: "words" },
    outboxes: { outbox: "the same words" },
    *main({ inbox }, { outbox }) {
      for (let i = 0; i < count && (yield inbox); i++) outbox.send(inbox.recv());
    },
  });
}
/** Does not read its inbox. */
function Asleep(log: string[]): Component<{ inbox: any }, {}> {
  return component(Asleep, {
    inboxes: { inbox: "not read" },
    *main() {
      log.push("starts");
      yield sleep(Infinity);
      log.push("ends");
    },
  });
}
/** Takes its time to end when it has been told so many words. */
function Slow(told: (Shutdown | undefined)[], words = 1): Component<{ control: any }, {}> {
  return component(Slow, {
    inboxes: { control: "written down" },
    *main({ control }) {
      for (let i = 0; i < words; i++) {
        yield control;
        told.push(control.recv());
      }
      yield sleep(50);
    },
  });
}
/** Runs a Carousel step by step. */
function lab<C extends Component<any, any>>(carousel: C) {
  const system = new System({ clock: new VirtualClock({ auto: false }), manual: true });
  const sent: Record<string, unknown[]> = { outbox: [], requestNext: [], signal: [] };
  for (const [name, list] of Object.entries(sent)) {
    const collector = system.activate(ToList(list));
    collector.link([carousel, name], [collector, "inbox"]);
  }
  system.activate(carousel);
  return { carousel, sent, system, ...stepper(system) };
}

test("Carousel() has nothing to do by default", async () => {
  const { requestNext, signal } = await drive(Carousel(() => Echo()));
  assert.deepEqual([requestNext, signal], [[], [producerFinished()]]);
});
test("Carousel({ make1stRequest }) asks for an order at the start", async () => {
  assert.deepEqual((await drive(Carousel(() => Echo(), { make1stRequest: true }))).requestNext, ["NEXT"]);
});
test("Carousel() without a child ends at once and passes on what it is told", async () => {
  assert.deepEqual(
    (
      await drive(
        Carousel(() => Echo()),
        {},
        { shutdown: "shutdownMicroprocess" },
      )
    ).signal,
    [shutdownMicroprocess()],
  );
});
test("Carousel() makes a child from each order, and asks for another when it has ended", async () => {
  const orders: number[] = [];
  const carousel = Carousel((n: number) => {
    orders.push(n);
    return Feed([n, n]);
  });
  const { outbox, requestNext } = await drive(carousel, { next: at({ 0: 1, 10: 2, 20: 3 }) });
  assert.deepEqual(
    [orders, outbox],
    [
      [1, 2, 3],
      [1, 1, 2, 2, 3, 3],
    ],
  );
  assert.deepEqual(requestNext.slice(0, 2), ["NEXT", "NEXT"]);
});
test("Carousel() replaces a living child by telling it to stop, and makes the new one when the old has ended", async () => {
  const log: string[] = [];
  await drive(
    Carousel((name: string) => Guest(name, log)),
    { next: at({ 0: "a", 10: "b" }) },
  );
  assert.deepEqual(log, ["a starts", "a told shutdownMicroprocess", "b starts", "b told producerFinished"]);
});
test("Carousel() passes its inbox to the child, and the child's outbox to its own", async () => {
  const { outbox } = await drive(
    Carousel((name: string) => Guest(name, [])),
    { next: at({ 0: "a" }), inbox: at({ 5: "hello" }) },
  );
  assert.deepEqual(outbox, ["a: hello"]);
});
test("Carousel() keeps what comes while there is no child for the next one", async () => {
  const { outbox } = await drive(
    Carousel((name: string) => Guest(name, [])),
    { inbox: at({ 0: "early" }), next: at({ 5: "a" }) },
  );
  assert.deepEqual(outbox, ["a: early"]);
});
test("Carousel() serves the orders that wait before it heeds producerFinished", async () => {
  const log: string[] = [];
  await drive(
    Carousel((name: string) => Guest(name, log)),
    { next: ["a", "b", "c"] },
  );
  assert.deepEqual(
    log.filter((line) => line.endsWith("starts")),
    ["a starts", "b starts", "c starts"],
  );
  assert.equal(log.at(-1), "c told producerFinished");
});
test("Carousel() drops the orders that wait on shutdownMicroprocess, and tells the child at once", async () => {
  const log: string[] = [];
  const carousel = Carousel((name: string) => Guest(name, log));
  carousel.inboxes.next.deliver("a");
  const system = new System({ manual: true });
  system.activate(carousel);
  for (let i = 0; i < 2; i++) system.step();
  carousel.inboxes.next.deliver("b");
  carousel.stop(shutdownMicroprocess());
  while (system.step() !== undefined);
  assert.deepEqual([log, carousel.isStopped], [["a starts", "a told shutdownMicroprocess"], true]);
});
test("Carousel() does not pass on what a child signals", async () => {
  const { signal } = await drive(
    Carousel((n: number) => Feed([n])),
    { next: [1, 2] },
  );
  assert.deepEqual(signal, [producerFinished()]);
});
test("Carousel() does not take what a child signals for its end", () => {
  const Chatty = (): Component<{}, { signal: any }> =>
    component(Chatty, {
      outboxes: { signal: "says it has finished, and lives on" },
      *main(_, { signal }) {
        signal.send(producerFinished());
        yield sleep(Infinity);
      },
    });
  const { carousel, sent, rest } = lab(Carousel(Chatty));
  carousel.inboxes.next.deliver(1);
  rest();
  assert.deepEqual([sent.requestNext, sent.signal, carousel.childComponents().length], [[], [], 1]);
});
test("Carousel() passes what it is told on to its child, and ends when the child has", () => {
  for (const message of [producerFinished("why"), shutdownMicroprocess("why")]) {
    const told: (Shutdown | undefined)[] = [];
    const { carousel, sent, advance, rest } = lab(Carousel(() => Slow(told)));
    carousel.inboxes.next.deliver(1);
    rest();
    carousel.stop(message);
    rest();
    assert.deepEqual([told, carousel.isStopped, sent.signal], [[message], false, []]);
    advance(50);
    assert.deepEqual([carousel.isStopped, sent.signal, sent.requestNext], [true, [message], []]);
  }
});
test("Carousel() tells its child shutdownMicroprocess after producerFinished, too, and what it was told rather than that there is a next", () => {
  const told: (Shutdown | undefined)[] = [];
  const { carousel, sent, rest, advance } = lab(Carousel(() => Slow(told, 2)));
  carousel.inboxes.next.deliver(1);
  rest();
  carousel.stop(producerFinished());
  rest();
  carousel.inboxes.next.deliver(2);
  carousel.stop(shutdownMicroprocess("why"));
  advance(50);
  assert.deepEqual(told, [producerFinished(), shutdownMicroprocess("why")]);
  assert.deepEqual([carousel.isStopped, sent.signal], [true, [shutdownMicroprocess("why")]]);
});
test("Carousel() asks for the next only when no order waits", async () => {
  const { requestNext } = await drive(
    Carousel((n: number) => Feed([n])),
    { next: at({ 0: 1, 10: 2 }) },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.deepEqual(requestNext, ["NEXT", "NEXT"]);
  const { carousel, sent, rest } = lab(Carousel((n: number) => Feed([n])));
  for (const order of [1, 2, 3]) carousel.inboxes.next.deliver(order);
  rest();
  assert.deepEqual(sent.requestNext, ["NEXT"]);
});
test("Carousel() does not lose what comes after a child has ended, before there is another (in the original it went to the dead child)", () => {
  const { carousel, sent, rest } = lab(Carousel((words: number) => Takes(words)));
  carousel.inboxes.next.deliver(1);
  rest();
  for (const word of ["a", "goes with the first child"]) carousel.inboxes.inbox.deliver(word);
  rest();
  for (const word of ["b", "c"]) carousel.inboxes.inbox.deliver(word);
  carousel.inboxes.next.deliver(2);
  rest();
  assert.deepEqual(sent.outbox, ["a", "b", "c"]);
});
test("Carousel() is not held by what waits for its child", () => {
  const carousel = Carousel((log: string[]) => Asleep(log));
  const [first, second]: [string[], string[]] = [[], []];
  for (let i = 0; i < 300; i++) carousel.inboxes.inbox.deliver(i);
  const { rest } = lab(carousel);
  carousel.inboxes.next.deliver(first);
  rest();
  carousel.inboxes.next.deliver(second);
  rest();
  assert.deepEqual([first, second], [["starts", "ends"], ["starts"]]);
});
test("Carousel() goes on holding who waits for room, when there is a child that does not read either", () => {
  const feed = Feed(Array.from({ length: 1000 }, (_, i) => i));
  const children: ReturnType<typeof Asleep>[] = [];
  const carousel = Carousel(() => {
    children.push(Asleep([]));
    return children.at(-1)!;
  });
  carousel.link([feed, "outbox"], [carousel, "inbox"]);
  const { system, rest } = lab(carousel);
  system.expect("orders from the test"); // or else this is a deadlock
  system.activate(feed);
  rest();
  assert.equal(carousel.inboxes.inbox.length, 129);
  for (const order of [1, 2, 3]) {
    carousel.inboxes.next.deliver(order);
    rest();
  }
  assert.deepEqual([children[0]!.inboxes.inbox.peak, feed.isStopped], [129, false]);
});
test("Carousel() keeps nothing of children that are gone", () => {
  const { carousel, rest } = lab(Carousel((n: number) => Feed([n])));
  rest();
  const linkages = (): number => carousel.microprocess.linkages?.size ?? 0;
  const before = linkages();
  for (let n = 0; n < 1000; n++) {
    carousel.inboxes.next.deliver(n);
    rest();
  }
  assert.deepEqual([linkages(), carousel.childComponents().length, carousel.outboxes.outbox.sources?.length ?? 0], [before, 0, 0]);
});
test("Carousel() fails when its factory throws, makes no component, or makes one that fails", async () => {
  const cases: [factory: () => any, message: string][] = [
    [() => assert.fail("no such kind"), "Carousel_1 failed: no such kind"],
    [() => undefined, "Carousel_1 failed: Cannot make a child of Carousel_1: what was made is undefined, not a component"],
    [() => Fails(), "Carousel_1/Fails_2 failed: cannot take x"],
  ];
  for (const [factory, message] of cases) {
    await assert.rejects(drive(Carousel(factory), { next: [1], inbox: ["x"] } as never), (error: unknown) => {
      assert.ok(error instanceof ComponentFailure);
      assert.equal(error.message, message);
      return error.cause instanceof Error;
    });
  }
});
test("Carousel({ boxSize }) sets how much a child's inbox holds, also that of a Pipeline", async () => {
  const made: Component<any, any>[] = [];
  const echo = (): ReturnType<typeof Echo> => {
    made.push(Echo() as Component<any, any>);
    return made.at(-1) as ReturnType<typeof Echo>;
  };
  await drive(Carousel(echo, { boxSize: 4 }), { next: [1] });
  await drive(
    Carousel(() => Pipeline(echo(), Echo()), { boxSize: 4 }),
    { next: [1] },
  );
  assert.deepEqual(
    made.map((component) => component.inboxes["inbox"]!.bound),
    [4, 4],
  );
});

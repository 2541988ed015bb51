// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, ComponentFailure, producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { at, drive, Echo, Feed } from "../testing/index.ts";
import { Carousel } from "./Carousel.ts";

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
test("Carousel() fails when its factory throws, or its child fails", async () => {
  const refuses = Carousel(() => {
    throw new TypeError("no such kind");
  });
  await assert.rejects(
    drive(refuses, { next: [1] }),
    (error: unknown) => error instanceof ComponentFailure && error.cause instanceof TypeError,
  );
});
test("Carousel({ boxSize }) sets how much a child's inbox holds", async () => {
  const made: Component<any, any>[] = [];
  await drive(
    Carousel(() => (made.push(Echo()), made[0]!), { boxSize: 4 }),
    { next: [1] },
  );
  assert.equal(made[0]!.inboxes["inbox"]!.bound, 4);
});

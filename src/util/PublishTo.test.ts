// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess, System, waitsFor } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed, ToList, VirtualClock } from "../testing/index.ts";
import { Backplane } from "./Backplane.ts";
import { PublishTo } from "./PublishTo.ts";
import { SubscribeTo } from "./SubscribeTo.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
/** A system with a Backplane and somebody who listens. */
async function heard(list: number[]): Promise<System> {
  const system = new System({ clock: new VirtualClock() });
  system.activate(Backplane<number>("news"));
  system.activate(Pipeline(SubscribeTo<number>("news"), ToList(list)));
  await system.run();
  return system;
}

test("PublishTo() publishes what it receives, and ends alone: the Backplane goes on", async () => {
  for (const message of [producerFinished(), shutdownMicroprocess()]) {
    const list: number[] = [];
    const system = await heard(list);
    const publisher = system.activate(PublishTo<number>("news"));
    await system.run();
    for (const n of [1, 2, 3]) publisher.inboxes.inbox.deliver(n);
    publisher.stop(message);
    await system.run();
    assert.deepEqual([list, publisher.isStopped, publisher.shutdown], [[1, 2, 3], true, message]);
    await system.run(Pipeline(Feed([4]), PublishTo("news")));
    await system.run();
    assert.deepEqual(list, [1, 2, 3, 4]);
  }
});
test("PublishTo() publishes from its outbox, too, as a forwarder, and otherwise sends nothing", async () => {
  for (const forwarder of [true, false]) {
    const list: number[] = [];
    const forwarded: number[] = [];
    const system = await heard(list);
    await system.run(Pipeline(Feed(upTo(300)), PublishTo<number>("news", { forwarder }), ToList(forwarded)));
    await system.run();
    assert.deepEqual([list, forwarded], [upTo(300), forwarder ? upTo(300) : []]);
  }
});
test("PublishTo() waits for a Backplane, and holds who sends to it (the original ended the whole system)", async () => {
  const list: number[] = [];
  let made = 0;
  const numbers = function* (): Generator<number> {
    for (; made < 1000; made++) yield made;
  };
  const system = new System({ clock: new VirtualClock() });
  const publisher = PublishTo<number>("news");
  const pipeline = system.activate(Pipeline(Feed(numbers()), publisher));
  const goOn = system.expect("the Backplane");
  await new Promise<void>((resolve) => system.observe(({ type }) => type === "held" && resolve()));
  assert.deepEqual([made, publisher.inboxes.inbox.length], [128, 129]);
  assert.equal(waitsFor(publisher), "waits for PublishTo_3._backplane");
  system.activate(Pipeline(SubscribeTo<number>("news"), ToList(list)));
  system.activate(Backplane<number>("news"));
  goOn();
  await system.run();
  assert.deepEqual([list, pipeline.isStopped], [upTo(1000), true]);
});
test("PublishTo(): who fills it while there is no Backplane is told what is missing", async () => {
  const system = new System({ clock: new VirtualClock() });
  await assert.rejects(system.run(Pipeline(Feed(upTo(1000)), PublishTo<number>("news"))), {
    name: "Deadlock",
    message:
      "Cannot go on: deadlock: Feed_2 waits for room in PublishTo_3.inbox (129 of 128), and PublishTo_3 waits for PublishTo_3._backplane; give the box more room, or read it before sending",
  });
});
test("PublishTo() ends when the data has ended, and nothing waits for a Backplane; on shutdownMicroprocess, whatever waits", async () => {
  assert.deepEqual((await drive(PublishTo("news"))).signal, [producerFinished()]);
  assert.deepEqual((await drive(PublishTo("news"), { inbox: [1] }, { shutdown: "shutdownMicroprocess" })).signal, [shutdownMicroprocess()]);
});
test("PublishTo() stays when the data has ended, and something waits for a Backplane", async () => {
  for (const forwarder of [true, false]) {
    const list: number[] = [];
    const system = new System({ clock: new VirtualClock() });
    const publisher = system.activate(PublishTo<number>("news", { forwarder }));
    publisher.inboxes.inbox.deliver(1);
    publisher.stop(producerFinished());
    await system.run();
    assert.equal(waitsFor(publisher), 'waits for the service "Backplane_I_news"');
    system.activate(Pipeline(SubscribeTo<number>("news"), ToList(list)));
    await system.run();
    system.activate(Backplane<number>("news"));
    await system.run();
    assert.deepEqual([list, publisher.isStopped], [[1], true]);
  }
});
test("PublishTo(): a Backplane that comes and goes before it has looked is none", async () => {
  const system = new System({ clock: new VirtualClock() });
  const publisher = system.activate(PublishTo<number>("news"));
  await system.run();
  const first = system.activate(Backplane<number>("news"));
  await system.run();
  assert.notEqual(waitsFor(publisher), "waits for PublishTo_1._backplane");
  first.stop();
  await system.run();
  assert(!publisher.isStopped, "the end of a Backplane is not the end of its publishers");
});

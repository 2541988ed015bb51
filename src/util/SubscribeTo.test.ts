// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { anyOf, type Component, component, producerFinished, type Shutdown, shutdownMicroprocess, sleep, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed, ToList, VirtualClock } from "../testing/index.ts";
import { Backplane } from "./Backplane.ts";
import { PublishTo } from "./PublishTo.ts";
import { SubscribeTo, type SubscribeToOptions } from "./SubscribeTo.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Takes a number each second, and keeps it; and what it is told. */
function Slow(list: number[], told: Shutdown[]): Component<{ inbox: number; control: Shutdown }, {}> {
  return component(Slow, {
    inboxes: { inbox: "numbers", control: "what it is told" },
    *main({ inbox, control }) {
      while (control.length === 0 || inbox.length > 0) {
        if (inbox.length === 0) yield anyOf(inbox, control);
        else {
          list.push(inbox.recv());
          yield sleep(1000);
        }
      }
      told.push(control.recv());
    },
  });
}

interface Heard {
  readonly list: number[];
  readonly dropped: number[];
  readonly told: Shutdown[];
  readonly seconds: number;
}

/** Publishes some numbers at once to a subscriber whose reader has a box of 4, and takes one each second. */
async function heardSlowly(count: number, options: SubscribeToOptions): Promise<Heard> {
  const system = new System({ clock: new VirtualClock() });
  const backplane = system.activate(Backplane<number>("news", { replay: 50 }));
  const heard = { list: [] as number[], dropped: [] as number[], told: [] as Shutdown[], seconds: 0 };
  const subscriber = SubscribeTo<number>("news", options);
  const dropped = system.activate(ToList(heard.dropped));
  const slow = Slow(heard.list, heard.told);
  slow.setInboxSize("inbox", 4);
  const pipeline = system.activate(Pipeline(subscriber, slow));
  pipeline.link(subscriber.outboxes.dropped, dropped.inboxes.inbox);
  await system.run(Pipeline(Feed(upTo(count)), PublishTo<number>("news")));
  heard.seconds = system.clock.now() / 1000;
  backplane.stop(producerFinished("over"));
  await system.run();
  return heard;
}

test("SubscribeTo() waits for a Backplane, and sends on meanwhile what comes to its inbox (the original ended the whole system)", async () => {
  await drive(SubscribeTo<number>("news"), { inbox: [1, 2] }).expect({ outbox: [1, 2], signal: [producerFinished()] });
});
test("SubscribeTo() ends on producerFinished and on shutdownMicroprocess, and leaves by signal what it was told", async () => {
  for (const message of [producerFinished("enough"), shutdownMicroprocess("now")]) {
    for (const whenFull of ["hold", "dropOldest", "dropNewest", "disconnect"] as const) {
      const system = new System({ clock: new VirtualClock() });
      const told: Shutdown[] = [];
      const subscriber = SubscribeTo<number>("news", { whenFull });
      system.activate(Pipeline(subscriber, Slow([], told)));
      const backplane = system.activate(Backplane("news"));
      await system.run();
      subscriber.stop(message);
      await system.run(subscriber);
      await system.run();
      assert.deepEqual([told, backplane.isStopped], [[message], false]);
    }
  }
});
test("SubscribeTo() sends on what comes to its inbox, beside what is published", async () => {
  for (const whenFull of ["hold", "dropNewest"] as const) {
    const system = new System({ clock: new VirtualClock() });
    const list: number[] = [];
    const subscriber = SubscribeTo<number>("news", { whenFull });
    system.activate(Pipeline(subscriber, ToList(list)));
    system.activate(Backplane<number>("news"));
    await system.run();
    subscriber.inboxes.inbox.deliver(1);
    await system.run();
    await system.run(Pipeline(Feed([2]), PublishTo<number>("news")));
    await system.run();
    assert.deepEqual(list, [1, 2]);
  }
});
test("SubscribeTo() hears a second Backplane only if it began to look after the first one's end", async () => {
  const system = new System({ clock: new VirtualClock() });
  const first = system.activate(Backplane<number>("news"));
  const subscriber = system.activate(SubscribeTo<number>("news"));
  await system.run();
  first.stop(producerFinished());
  await system.run();
  assert(subscriber.isStopped);
});
test("SubscribeTo(): a slow reader holds who publishes, by default", async () => {
  const { list, dropped, told, seconds } = await heardSlowly(300, {});
  assert.deepEqual([list, dropped, told], [upTo(300), [], [producerFinished("over")]]);
  assert(seconds > 30, `published in ${seconds} s`);
});
test("SubscribeTo({ whenFull: dropOldest }) keeps the last messages, and holds nobody", async () => {
  const { list, dropped, told, seconds } = await heardSlowly(300, { whenFull: "dropOldest", buffer: 10 });
  assert.deepEqual(list, [...list.slice(0, -10), ...upTo(300).slice(-10)]);
  assert.deepEqual(
    [...list, ...dropped].toSorted((a, b) => a - b),
    upTo(300),
    "each is read or dropped",
  );
  assert.deepEqual(
    dropped,
    dropped.toSorted((a, b) => a - b),
    "oldest first",
  );
  assert.deepEqual([list.length < 20, seconds, told], [true, 0, [producerFinished("over")]]);
});
test("SubscribeTo({ whenFull: dropNewest }) keeps the first messages, and holds nobody", async () => {
  const { list, dropped, told, seconds } = await heardSlowly(300, { whenFull: "dropNewest", buffer: 10 });
  assert.deepEqual([list, dropped], [upTo(list.length), upTo(300).slice(list.length)]);
  assert.deepEqual([list.length >= 14 && list.length < 20, seconds, told], [true, 0, [producerFinished("over")]]);
});
test("SubscribeTo({ whenFull: disconnect }) ends when one message too many waits, says so, and holds nobody", async () => {
  const { list, dropped, told, seconds } = await heardSlowly(300, { whenFull: "disconnect", buffer: 10 });
  assert.deepEqual([list, dropped, seconds], [upTo(list.length), [], 0]);
  assert.deepEqual(told, [shutdownMicroprocess('Disconnected from backplane "news": more than 10 messages waited')]);
  assert.deepEqual((await heardSlowly(12, { whenFull: "disconnect", buffer: 10 })).list, upTo(12), "unless there is room");
});
test("SubscribeTo() counts what it drops, if nobody wants it", async () => {
  const system = new System({ clock: new VirtualClock() });
  system.activate(Backplane<number>("news"));
  const subscriber = SubscribeTo<number>("news", { whenFull: "dropNewest", buffer: 0 });
  system.activate(Pipeline.with({ boxSizes: [undefined, 1] })(subscriber, Slow([], [])));
  await system.run(Pipeline(Feed(upTo(10)), PublishTo<number>("news")));
  assert.equal(subscriber.outboxes.dropped.drops, 8);
  await system.stop();
});
test("SubscribeTo() asks for no more than it may keep, so that what is replayed alone makes it drop nothing, and disconnects nobody", async () => {
  for (const whenFull of ["dropOldest", "dropNewest", "disconnect"] as const) {
    const system = new System({ clock: new VirtualClock() });
    const [list, told]: [number[], Shutdown[]] = [[], []];
    system.activate(Backplane<number>("news", { replay: 50 }));
    await system.run(Pipeline(Feed(upTo(100)), PublishTo<number>("news")));
    const subscriber = SubscribeTo<number>("news", { whenFull, buffer: 10 });
    system.activate(Pipeline.with({ boxSizes: [undefined, 1] })(subscriber, Slow(list, told)));
    while (list.length < 10) await new Promise<void>((resolve) => setImmediate(resolve));
    assert.deepEqual([list, subscriber.outboxes.dropped.drops, subscriber.isStopped], [upTo(100).slice(-10), 0, false]);
    await system.stop();
  }
});
test("SubscribeTo() refuses half a message, and to drop the oldest of none", () => {
  assert.throws(() => SubscribeTo("news", { buffer: 0.5 }), RangeError);
  assert.throws(() => SubscribeTo("news", { replay: -1 }), {
    message: "Cannot ask for messages: -1 is no number of them; give a whole number from 0, or Infinity",
  });
  assert.throws(() => SubscribeTo("news", { whenFull: "dropOldest", buffer: 0 }), RangeError);
  assert.throws(() => SubscribeTo("news", { whenFull: "drop" as "dropOldest" }), RangeError);
  SubscribeTo("news", { whenFull: "dropNewest", buffer: 0 });
});

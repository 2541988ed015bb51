// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyComponent,
  component,
  type Component,
  producerFinished,
  ServiceAlreadyExists,
  shutdownMicroprocess,
  sleep,
  System,
} from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { Echo, Feed, ToList, VirtualClock } from "../testing/index.ts";
import { Backplane } from "./Backplane.ts";
import { backplaneName } from "./backplaneName.ts";
import { PublishTo } from "./PublishTo.ts";
import { addsink } from "./sinks.ts";
import { SubscribeTo } from "./SubscribeTo.ts";

const NEWS = backplaneName<number>("news");
const virtual = (): System => new System({ clock: new VirtualClock() });
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Subscribes, and keeps what comes. */
function listen(
  system: System,
  list: number[],
  ...options: Parameters<typeof SubscribeTo<number>> extends [unknown, ...infer O] ? O : never
) {
  return system.activate(Pipeline(SubscribeTo(NEWS, ...options), ToList(list)));
}
function publish(system: System, numbers: Iterable<number>): AnyComponent {
  return system.activate(Pipeline(Feed(numbers), PublishTo(NEWS)));
}
/** Takes a message now and then. */
function SlowList(list: number[], { every }: { every: number }): Component<{ inbox: number }, {}> {
  return component(SlowList, {
    inboxes: { inbox: "numbers" },
    *main({ inbox }) {
      while (yield inbox) {
        list.push(inbox.recv());
        yield sleep(every);
      }
    },
  });
}
/** Lives, and reads nothing. */
function Deaf(): Component<{ inbox: number }, {}> {
  return component(Deaf, {
    inboxes: { inbox: "numbers" },
    *main() {
      yield sleep(Infinity);
    },
  });
}
function registered(system: System): string[] {
  return system.services.servicesRegistered();
}

test("Backplane() sends what anybody publishes to all who subscribe, in order", async () => {
  const system = virtual();
  const lists: number[][] = [[], [], []];
  system.activate(Backplane(NEWS));
  for (const list of lists) listen(system, list);
  await system.run();
  publish(system, upTo(500));
  publish(
    system,
    upTo(500).map((n) => n + 1000),
  );
  await system.run();
  for (const list of lists) {
    assert.deepEqual(
      list.filter((n) => n < 1000),
      upTo(500),
    );
    assert.deepEqual(
      list.filter((n) => n >= 1000).map((n) => n - 1000),
      upTo(500),
    );
    assert.deepEqual(list, lists[0], "all hear the same");
  }
});
test("Backplane() may start first, second or last (in the original, who found none ended the whole system)", async () => {
  for (const order of ["BSP", "SBP", "SPB", "PSB"]) {
    const system = virtual();
    const list: number[] = [];
    for (const who of order) {
      if (who === "B") system.activate(Backplane(NEWS));
      else if (who === "S") listen(system, list);
      else publish(system, upTo(10));
      if (order.startsWith("S") || who === "B") await system.run();
    }
    await system.run();
    assert.deepEqual(list, upTo(10), order);
  }
});
test("Backplane() may come an hour late: who publishes is held meanwhile, and nothing is lost", async () => {
  const system = virtual();
  const list: number[] = [];
  const publisher = publish(system, upTo(1000));
  listen(system, list);
  system.clock.setTimer(() => system.activate(Backplane(NEWS)), 3_600_000);
  const over = system.expect("the Backplane");
  await new Promise<void>((resolve) => system.observe(({ type }) => type === "held" && resolve()));
  assert(!publisher.isStopped);
  over();
  await system.run();
  assert.deepEqual([list, publisher.isStopped, system.clock.now()], [upTo(1000), true, 3_600_000]);
});
test("Backplane() registers when it runs, under the original's names, and no longer when it has ended (in the original, when it was made)", async () => {
  const system = virtual();
  const backplane = Backplane("news");
  assert.deepEqual(registered(system), []);
  await system.run(backplane);
  assert.deepEqual(registered(system), ["Backplane_O_news", "Backplane_I_news"]);
  backplane.stop();
  await system.run();
  assert.deepEqual(registered(system), []);
});
test("Backplane() fails when there is one of its name (with ServiceAlreadyExists; in the original, with NameError)", async () => {
  const system = virtual();
  system.activate(Backplane("news"));
  await assert.rejects(system.run(Backplane("news")), {
    message: 'Backplane_2 failed: Cannot register service "Backplane_O_news": Backplane_1.configuration offers it already',
  });
  system.activate(Backplane("news"));
  const failure = await system.run(Backplane("news")).catch((error: Error) => error);
  assert(failure?.cause instanceof ServiceAlreadyExists);
});
test("Backplane(): names belong to their system, and are free again when it has ended", async () => {
  const [one, other] = [virtual(), virtual()];
  const list: number[] = [];
  const first = one.activate(Backplane(NEWS));
  other.activate(Backplane(NEWS));
  await one.run();
  first.stop();
  one.activate(Backplane(NEWS));
  listen(one, list);
  publish(other, [1]);
  publish(one, [2]);
  await one.run();
  await other.run();
  assert.deepEqual(list, [2]);
});
test("Backplane() takes plain strings for names, and names that are typed where that helps", async () => {
  const system = virtual();
  const list: string[] = [];
  system.activate(Pipeline(SubscribeTo<string>("words"), ToList(list)));
  system.activate(Pipeline(Feed(["a", "b"]), PublishTo("words")));
  await system.run(Backplane("words"));
  assert.deepEqual(list, ["a", "b"]);
  // @ts-expect-error -- NEWS is about numbers
  Pipeline(Feed(["a"]), PublishTo(NEWS));
  // @ts-expect-error -- NEWS is about numbers
  Pipeline(SubscribeTo(NEWS), ToList<string>([]));
  Pipeline(Feed([1]), PublishTo(NEWS));
  Pipeline(SubscribeTo(NEWS), ToList<number | string>([]));
});
test("Backplane() keeps nothing for those who subscribe later, unless it is told to", async () => {
  const system = virtual();
  const list: number[] = [];
  system.activate(Backplane(NEWS));
  publish(system, [1, 2]);
  await system.run();
  listen(system, list);
  await system.run();
  publish(system, [3]);
  await system.run();
  assert.deepEqual(list, [3]);
});
test("Backplane({ replay }) gives the last messages to those who subscribe later, once, and before all others", async () => {
  for (const [published, replayed] of [
    [0, []],
    [2, [0, 1]],
    [3, [0, 1, 2]],
    [5, [2, 3, 4]],
    [1000, [997, 998, 999]],
  ] as const) {
    const system = virtual();
    const lists: number[][] = [[], []];
    system.activate(Backplane(NEWS, { replay: 3 }));
    publish(system, upTo(published));
    await system.run();
    listen(system, lists[0]!);
    listen(system, lists[1]!, { replay: 1 });
    await system.run();
    assert.deepEqual(lists, [replayed, replayed.slice(-1)]);
    publish(system, [-1]);
    await system.run();
    assert.deepEqual(lists, [
      [...replayed, -1],
      [...replayed.slice(-1), -1],
    ]);
  }
});
test("Backplane() sends all it has on producerFinished, then tells its subscribers the same", async () => {
  const system = virtual();
  const lists: number[][] = [[], []];
  const backplane = system.activate(Backplane(NEWS));
  const listeners = lists.map((list) => listen(system, list));
  await system.run();
  for (const n of upTo(5)) backplane.inboxes.inbox.deliver(n);
  backplane.stop(producerFinished("no more news"));
  await system.run();
  assert.deepEqual(lists, [upTo(5), upTo(5)]);
  assert.deepEqual(
    [backplane, ...listeners].map(({ isStopped }) => isStopped),
    [true, true, true],
  );
  assert.equal(system.live, 0);
});
test("Backplane() tells its subscribers the very message that ended it", async () => {
  for (const message of [producerFinished("no more news"), shutdownMicroprocess("fire")]) {
    const system = virtual();
    const subscriber = system.activate(SubscribeTo(NEWS));
    const backplane = system.activate(Backplane(NEWS));
    await system.run();
    backplane.stop(message);
    await system.run();
    assert.deepEqual([subscriber.isStopped, subscriber.shutdown], [true, message]);
  }
});
test("Backplane() stops at once on shutdownMicroprocess, and so do its subscribers", async () => {
  const system = virtual();
  const list: number[] = [];
  const backplane = system.activate(Backplane(NEWS));
  listen(system, list);
  await system.run();
  for (const n of upTo(5)) backplane.inboxes.inbox.deliver(n);
  backplane.stop();
  await system.run();
  assert.deepEqual([list, system.live], [[], 0]);
});
test("Backplane() tells its subscribers also when it is killed: none waits for ever", async () => {
  const system = virtual();
  const backplane = system.activate(Backplane(NEWS));
  listen(system, []);
  await system.run();
  backplane.kill();
  await system.run();
  assert.equal(system.live, 0);
});
test("Backplane() tells its subscribers to stop also when it fails", async () => {
  const system = virtual();
  const backplane = system.activate(Backplane(NEWS));
  const subscriber = system.activate(SubscribeTo(NEWS));
  await system.run();
  backplane.inboxes.configuration.deliver({ type: "addsnik" } as never);
  await assert.rejects(system.run(), /Cannot change the sinks of Backplane_1: got .*; send addsink/);
  assert.deepEqual(subscriber.shutdown, shutdownMicroprocess());
});
test("Backplane() goes on when publishers and subscribers end, and forgets them", async () => {
  const system = virtual();
  const backplane = system.activate(Backplane(NEWS));
  const list: number[] = [];
  for (let i = 0; i < 100; i++) {
    const subscriber = listen(system, []);
    publish(system, [i]);
    await system.run();
    if (i % 3 === 0) subscriber.kill();
    else subscriber.stop(i % 3 === 1 ? producerFinished() : shutdownMicroprocess());
  }
  listen(system, list);
  await system.run();
  publish(system, [-1]);
  await system.run();
  assert(!backplane.isStopped);
  assert.deepEqual(list, [-1]);
  assert.deepEqual(Object.keys(backplane.outboxes).filter((name) => name.startsWith("sink")).length, 1);
});
test("Backplane() is not held by a reader whose subscription has ended", async () => {
  const system = virtual();
  const list: number[] = [];
  const subscriber = system.activate(SubscribeTo(NEWS));
  const deaf = system.activate(Deaf());
  deaf.link(subscriber.outboxes.outbox, deaf.inboxes.inbox);
  system.activate(Backplane(NEWS));
  listen(system, list);
  await system.run();
  const publisher = publish(system, upTo(1000));
  const goOn = system.expect("the end of a subscription");
  await new Promise<void>((resolve) =>
    system.observe(({ type, ...change }) => type === "held" && "component" in change && change.component.kind === Backplane && resolve()),
  );
  assert(list.length < 1000);
  subscriber.stop();
  goOn();
  await system.run();
  assert.deepEqual([list, publisher.isStopped, deaf.isStopped], [upTo(1000), true, false]);
});
test("Backplane(): a slow reader holds who publishes, so that nothing is lost, and no box overflows", async () => {
  const system = virtual();
  const [slow, fast]: number[][] = [[], []] as number[][];
  const reader = SlowList(slow!, { every: 1000 });
  system.activate(Pipeline.with({ boxSizes: [undefined, 4] })(SubscribeTo(NEWS), reader));
  listen(system, fast!);
  system.activate(Backplane(NEWS));
  publish(system, upTo(300));
  await system.run();
  assert.deepEqual([slow, fast], [upTo(300), upTo(300)]);
  assert.equal(system.clock.now(), 300_000);
  assert.equal(reader.inboxes.inbox.peak, 5, "one more than makes it full");
});
test("Backplane() drops what is published after its end, and counts it", async () => {
  const system = virtual();
  const backplane = system.activate(Backplane(NEWS));
  const publisher = system.activate(PublishTo(NEWS));
  await system.run();
  backplane.stop();
  await system.run();
  publisher.inboxes.inbox.deliver(1);
  await system.run();
  assert.deepEqual([publisher.isStopped, backplane.inboxes.inbox.drops], [false, 1]);
});
test("Backplane() has inboxes of its own, too: to publish, and to add any inbox", async () => {
  const system = virtual();
  const list: number[] = [];
  const reader = system.activate(ToList(list));
  const backplane = Backplane(NEWS);
  backplane.inboxes.configuration.deliver(addsink(reader.inboxes.inbox, { control: reader.inboxes.control }));
  await system.run(Pipeline(Feed([1, 2]), Echo<number>(), backplane));
  await system.run();
  assert.deepEqual([list, system.live], [[1, 2], 0]);
});
test("Backplane(): the linkages to its readers can be seen", async () => {
  const system = virtual();
  system.activate(Backplane(NEWS));
  listen(system, []);
  await system.run();
  const { linkages, services } = system.snapshot();
  assert(linkages.some(({ from, to }) => from === "Backplane_1.sink1" && to === "SubscribeTo_3.outbox"));
  assert.deepEqual(services, { Backplane_O_news: "Backplane_1.configuration", Backplane_I_news: "Backplane_1.inbox" });
});
test("Backplane() refuses to keep half a message", () => {
  for (const replay of [-1, 1.5, NaN]) {
    assert.throws(() => Backplane(NEWS, { replay }), {
      name: "RangeError",
      message: `Cannot keep messages for replay: ${replay} is no number of them; give a whole number from 0, or Infinity`,
    });
  }
});

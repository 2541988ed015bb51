// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, producerFinished, sleep, System, waitsFor } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed, stepper, ToList, VirtualClock } from "../testing/index.ts";
import { LossyConnector, type LossyConnectorOptions } from "./LossyConnector.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Takes a number each 10 ms. */
function Slow(list: number[]): Component<{ inbox: number }, {}> {
  return component(Slow, {
    inboxes: { inbox: "numbers" },
    *main({ inbox }) {
      while (yield inbox) {
        list.push(inbox.recv());
        yield sleep(10);
      }
    },
  });
}
/** Sends a number each millisecond. */
function Ticking(count: number): Component<{}, { outbox: number }> {
  return component(Ticking, {
    outboxes: { outbox: "numbers" },
    *main(_, { outbox }) {
      for (let n = 0; n < count; n++) {
        outbox.send(n);
        yield sleep(1);
      }
    },
  });
}
/** What a reader gets that has a box for one message and takes one each 10 ms, of a hundred that come one each millisecond; what is dropped; how long the sender took. */
async function slowly(options: LossyConnectorOptions): Promise<{ list: number[]; dropped: number[]; took: number }> {
  const system = new System({ clock: new VirtualClock() });
  const [list, dropped]: [number[], number[]] = [[], []];
  const lossy = LossyConnector<number>(options);
  const ticking = Ticking(100);
  let took = 0;
  system.observe((change) => {
    if (change.type === "ended" && change.component === ticking) took = system.clock.now();
  });
  const pipeline = Pipeline.with({ boxSizes: [undefined, undefined, 1] })(ticking, lossy, Slow(list));
  pipeline.link(lossy.outboxes.dropped, system.activate(ToList(dropped)).inboxes.inbox);
  await system.run(pipeline);
  await system.run();
  return { list, dropped, took };
}

test("LossyConnector() passes all on while there is room", async () => {
  await drive(LossyConnector<number>(), { inbox: upTo(300) }).expect({ outbox: upTo(300), dropped: [], signal: [producerFinished()] });
});
test("LossyConnector() drops what comes while its reader's box is full, and never holds who sends", async () => {
  const { list, dropped, took } = await slowly({});
  assert.deepEqual([list[0], list[1], took], [0, 1, 100]);
  assert.deepEqual(
    [...list, ...dropped].toSorted((a, b) => a - b),
    upTo(100),
    "each is read or dropped",
  );
  assert(list.length >= 10 && list.length <= 12, `${list.length} were read`);
  assert(!list.includes(99), "the last one came while the box was full");
});
test("LossyConnector({ drop: oldest }) keeps the last ones", async () => {
  const { list, dropped, took } = await slowly({ drop: "oldest", buffer: 2 });
  assert.deepEqual([list.slice(-2), took], [[98, 99], 100]);
  assert.deepEqual(
    [...list, ...dropped].toSorted((a, b) => a - b),
    upTo(100),
  );
});
test("LossyConnector({ buffer }) keeps so many before it drops one", async () => {
  const { list } = await slowly({ buffer: 10 });
  assert.deepEqual(list.slice(0, 12), upTo(12));
  assert.deepEqual((await slowly({ buffer: 100 })).dropped, []);
});
test("LossyConnector() counts what it drops, if nobody wants it", async () => {
  const system = new System({ clock: new VirtualClock() });
  const lossy = LossyConnector<number>();
  await system.run(Pipeline.with({ boxSizes: [undefined, undefined, 1] })(Feed(upTo(100)), lossy, Slow([])));
  assert.equal(lossy.outboxes.dropped.drops, 98);
});
test("LossyConnector() waits without taking turns, also for room (the original waited busily)", () => {
  const system = new System({ manual: true });
  const lossy = system.activate(LossyConnector<number>({ buffer: 5 }));
  const reader = ToList<number>([]); // it never has a turn
  reader.setInboxSize("inbox", 1);
  lossy.link(lossy.outboxes.outbox, reader.inboxes.inbox);
  const turns = stepper(system);
  turns.rest();
  for (let i = 0; i < 4; i++) {
    lossy.inboxes.inbox.deliver(i);
    assert.equal(turns.rest().length, 1);
  }
  assert.deepEqual([reader.inboxes.inbox.length, waitsFor(lossy)], [1, "waits for anything to happen (pause)"]);
});
test("LossyConnector() sends what it has kept on producerFinished, as its reader takes it", async () => {
  const system = new System({ clock: new VirtualClock() });
  const list: number[] = [];
  const slow = Slow(list);
  await system.run(Pipeline.with({ boxSizes: [undefined, undefined, 1] })(Feed(upTo(50)), LossyConnector<number>({ buffer: 100 }), slow));
  assert.deepEqual([list, slow.inboxes.inbox.peak], [upTo(50), 2]);
});
test("LossyConnector() refuses half a message, and to drop the oldest of none", () => {
  assert.throws(() => LossyConnector({ buffer: -1 }), {
    name: "RangeError",
    message: "Cannot keep messages and drop the newest: -1 is no number of them; give a whole number from 0, or Infinity",
  });
  assert.throws(() => LossyConnector({ drop: "oldest", buffer: 0 }), RangeError);
  assert.throws(() => LossyConnector({ drop: "some" as "oldest" }), RangeError);
});

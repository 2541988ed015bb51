// SPDX-License-Identifier: Apache-2.0
// A component that has much to send at once sends no more than there is room for: the box that it sends to takes one message more than its size, and no further.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyComponent, component, type Component, sleep, System } from "../axon/index.ts";
import { Graphline, Pipeline } from "../chassis/index.ts";
import { at, drive, Feed, VirtualClock } from "../testing/index.ts";
import { Chunkifier } from "./Chunkifier.ts";
import { DataSource } from "./DataSource.ts";
import { Delay } from "./Delay.ts";
import { Filter } from "./Filter.ts";
import { FlatMap } from "./FlatMap.ts";
import { GroupBy } from "./GroupBy.ts";
import { LineSplit } from "./LineSplit.ts";
import { MapAsync } from "./MapAsync.ts";
import { Merge } from "./Merge.ts";
import { MessageRateLimit } from "./MessageRateLimit.ts";
import { PassThrough } from "./PassThrough.ts";
import { PureTransformer } from "./PureTransformer.ts";
import { RateChunker } from "./RateChunker.ts";
import { Retry } from "./Retry.ts";
import { Ticker } from "./Ticker.ts";
import { Window } from "./Window.ts";

/** Takes one message every 100 ms. */
function Slow(list: unknown[] = []): Component<{ inbox: any }, {}> {
  return component(Slow, {
    inboxes: { inbox: "messages" },
    *main({ inbox }) {
      while (yield inbox) {
        yield sleep(100);
        list.push(inbox.recv());
      }
    },
  });
}

const SIZE = 2;
const numbers = Array.from({ length: 40 }, (_, n) => n);
const bytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, n) => n);
/** Keeps forty messages to the end. */
class Hoard {
  #left = 40;
  filter(message: string): number | undefined {
    return message === "" && this.#left > 0 ? --this.#left : undefined;
  }
}

const SUBJECTS: Readonly<Record<string, readonly [subject: () => AnyComponent, given: readonly unknown[], sent: number]>> = {
  Chunkifier: [() => Chunkifier(7), [bytes(350)], 50],
  "Chunkifier({ nodelay })": [() => Chunkifier(7, { nodelay: true }), [bytes(352)], 51],
  Delay: [() => Delay(10), numbers, 40],
  Filter: [() => Filter(new Hoard()), ["a"], 40],
  FlatMap: [() => FlatMap((n: number) => [n, n, n, n, n, n, n]), numbers, 280],
  LineSplit: [() => LineSplit({ maxLength: 2, overlong: "cut" }), ["a\n".repeat(20), "b".repeat(40)], 40],
  "LineSplit() at the end": [() => LineSplit({ maxLength: 1, overlong: "cut" }), ["a\nb\nc\r"], 4],
  MapAsync: [() => MapAsync((n: number) => n, { concurrency: 30 }), numbers, 40],
  "MapAsync(), the first call takes longest": [
    () => MapAsync(async (n: number, { sleep }) => sleep(n === 0 ? 900 : 1), { concurrency: 30 }),
    numbers,
    40,
  ],
  "MapAsync({ ordered: false })": [() => MapAsync(async (_, { sleep }) => sleep(9), { concurrency: 30, ordered: false }), numbers, 40],
  MessageRateLimit: [() => MessageRateLimit(1_000_000, { buffer: 10 }), numbers, 40],
  RateChunker: [() => RateChunker({ dataRate: 100, chunkRate: 25 }), [bytes(160)], 40],
  "Retry() of a component": [() => Retry(() => DataSource(numbers)), [1, 2, 3], 120],
};

for (const [name, [make, given, sent]] of Object.entries(SUBJECTS))
  test(`${name.includes("(") ? name : `${name}()`} sends no more than there is room for, and nothing is lost`, async () => {
    const list: unknown[] = [];
    const sink = Slow(list);
    const system = new System({ clock: new VirtualClock() });
    await system.run(Pipeline.with({ boxSize: SIZE })(Feed(given), make() as Component<{ inbox: unknown }, { outbox: unknown }>, sink));
    assert.equal(list.length, sent);
    assert(sink.inboxes.inbox.peak <= SIZE + 1, `${sink.inboxes.inbox.peak} messages waited`);
  });

test("Merge() sends no more than there is room for, and all have their turn", async () => {
  const names = numbers.slice(0, 10).map((n) => `n${n}`);
  const list: string[] = [];
  const sink = Slow(list);
  const merge = Merge<string>(names);
  await new System({ clock: new VirtualClock() }).run(
    Graphline({
      components: { ...Object.fromEntries(names.map((name) => [name, Feed([name, name, name])])), MERGE: merge, SINK: sink },
      linkages: {
        ...Object.fromEntries(
          names.flatMap((name) => [
            [`${name}.outbox`, `MERGE.${name}`],
            [`${name}.signal`, `MERGE.${name}_control`],
          ]),
        ),
        "MERGE.outbox": "SINK.inbox",
        "MERGE.signal": "SINK.control",
      },
      boxSizes: { "SINK.inbox": SIZE },
    } as never),
  );
  assert.deepEqual(list, [...names, ...names, ...names]);
  assert(sink.inboxes.inbox.peak <= SIZE + 1, `${sink.inboxes.inbox.peak} messages waited`);
});

test("GroupBy({ max }) waits for the end of a group, so that a slow reader never has more of them wait than that", async () => {
  const list: unknown[] = [];
  const sink = Slow(list);
  let living = 0;
  let peak = 0;
  const make = (): Component<{ inbox: number }, { outbox: number }> => {
    peak = Math.max(peak, ++living);
    return FlatMap(function* (n: number) {
      for (let i = 0; i < 5; i++) yield n;
      living--;
    });
  };
  const groups = GroupBy((n: number) => n, make, { max: 3 });
  await new System({ clock: new VirtualClock() }).run(Pipeline.with({ boxSize: SIZE })(Feed(numbers), groups, sink));
  assert.deepEqual([list.length, peak], [200, 3]);
  assert(sink.inboxes.inbox.peak <= SIZE + 3, `${sink.inboxes.inbox.peak} messages waited`);
});
test("GroupBy({ max }) stops while it waits for the end of a group", async () => {
  const groups = GroupBy(
    (n: number) => n,
    () => MessageRateLimit<number>(1, { buffer: 0 }),
    { max: 1 },
  );
  const { outbox } = await drive(groups, { inbox: at({ 0: 1, 10: 1, 20: 1, 30: 2 }) }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(outbox, [1]);
});

test("Window({ within, every }) that was held makes up for its windows as there is room, and nothing is lost", async () => {
  const list: number[][] = [];
  const sink = Slow(list);
  const source = Pipeline(
    Ticker({ every: 10, times: 20 }),
    PureTransformer(() => 1),
    PassThrough<number>(),
  );
  await new System({ clock: new VirtualClock() }).run(
    Pipeline.with({ boxSize: SIZE })(source, Window<number>({ within: 500, every: 5 }), sink),
  );
  assert(list.length > 20, `${list.length} windows`);
  assert(sink.inboxes.inbox.peak <= SIZE + 1, `${sink.inboxes.inbox.peak} messages waited`);
});

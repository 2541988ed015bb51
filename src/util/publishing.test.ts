// SPDX-License-Identifier: Apache-2.0
// What must hold for publishers and subscribers of all kinds, in any number, at any pace, whenever they come and go.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type AnyComponent,
  component,
  type Component,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
  System,
} from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { seedOf, ToList, VirtualClock } from "../testing/index.ts";
import { Backplane } from "./Backplane.ts";
import { backplaneName } from "./backplaneName.ts";
import { PublishTo } from "./PublishTo.ts";
import { SubscribeTo, type WhenFull } from "./SubscribeTo.ts";

interface Publisher {
  readonly start: number;
  /** Milliseconds before each message. */
  readonly gaps: readonly number[];
  readonly forwarder: boolean;
}
interface Subscriber {
  readonly start: number;
  readonly whenFull: WhenFull;
  readonly buffer: number;
  readonly replay: number;
  /** How many messages make the box of its reader full, and how many milliseconds the reader takes for each. */
  readonly boxSize: number;
  readonly pace: number;
  /** When it is told to stop, if it is. */
  readonly stop: number | undefined;
}
interface Plan {
  readonly backplane: { readonly start: number; readonly replay: number; readonly size: number };
  readonly publishers: readonly Publisher[];
  readonly subscribers: readonly Subscriber[];
}

const time = fc.nat({ max: 60 });
const plan: fc.Arbitrary<Plan> = fc.record({
  backplane: fc.record({ start: time, replay: fc.nat({ max: 5 }), size: fc.integer({ min: 1, max: 6 }) }),
  publishers: fc.array(fc.record({ start: time, gaps: fc.array(fc.nat({ max: 3 }), { maxLength: 40 }), forwarder: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
  }),
  subscribers: fc.array(
    fc.record({
      start: time,
      whenFull: fc.constantFrom<WhenFull>("hold", "hold", "dropOldest", "dropNewest", "disconnect"),
      buffer: fc.integer({ min: 1, max: 8 }),
      replay: fc.constantFrom(0, 2, Infinity),
      boxSize: fc.integer({ min: 1, max: 4 }),
      pace: fc.nat({ max: 6 }),
      stop: fc.option(time, { nil: undefined, freq: 4 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});

/** What one subscriber's reader got, and when it had subscribed. */
interface Heard extends Subscriber {
  readonly list: number[];
  readonly dropped: number[];
  readonly told: Shutdown[];
  /** How many messages had been published when it was activated. */
  before: number;
  /** How many had been when it was told to stop. */
  until: number;
}

const NUMBERS = backplaneName<number>("numbers");

test("random publishers and subscribers: who holds loses nothing, others lose only what they chose to, and all hear the same order", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      const { published, heard, count } = await run(given);
      assert.equal(published.length, count, "each message that anybody gave is published once");
      for (const one of heard) check(one, published, given.backplane.replay, seen);
    }),
    { seed: seedOf("random publishers and subscribers"), numRuns: Number(process.env["KAMAELIA_RUNS"] ?? 1000) },
  );
  assert.deepEqual(
    [...seen].toSorted(),
    ["disconnect", "dropNewest", "dropOldest", "replayed"],
    "among so many plans, all of this happens",
  );
});

/** Lets a plan happen. The order of what is published is that in which a reader heard it who was there from the start and never slow. */
async function run({ backplane, publishers, subscribers }: Plan): Promise<{ published: number[]; heard: Heard[]; count: number }> {
  const system = new System({ clock: new VirtualClock() });
  const published: number[] = [];
  const heard = subscribers.map((one): Heard => ({ ...one, list: [], dropped: [], told: [], before: 0, until: Infinity }));
  const at = (when: number, what: () => void): void => void system.clock.setTimer(what, when);
  const board = Backplane(NUMBERS, { replay: backplane.replay });
  board.setInboxSize("inbox", backplane.size);
  system.activate(Pipeline(SubscribeTo(NUMBERS), ToList(published)));
  at(backplane.start, () => system.activate(board));
  for (const [i, publisher] of publishers.entries()) {
    at(publisher.start, () =>
      system.activate(Pipeline(Numbers(1000 * i, publisher.gaps), PublishTo(NUMBERS, publisher), ToList<number>([]))),
    );
  }
  for (const one of heard) {
    at(one.start, () => {
      one.before = board.inboxes.inbox.head;
      const subscriber = begin(system, one, (length) => {
        const most = one.boxSize + 1 + Math.min(backplane.replay, one.whenFull === "hold" ? Infinity : one.buffer);
        assert(length <= most, `${length} messages wait for a reader whose box holds ${one.boxSize}`);
      });
      if (one.stop !== undefined) {
        at(one.stop, () => {
          if (!subscriber.isStopped) one.until = board.inboxes.inbox.head;
          subscriber.stop(producerFinished("enough"));
        });
      }
    });
  }
  await system.run();
  board.stop(producerFinished("over"));
  await system.run();
  assert.equal(system.live, 0, "all have ended");
  return { published, heard, count: publishers.reduce((sum, { gaps }) => sum + gaps.length, 0) };
}

function begin(system: System, one: Heard, see: (length: number) => void): AnyComponent {
  const subscriber = SubscribeTo(NUMBERS, one);
  const slow = Slow(one, see);
  slow.setInboxSize("inbox", one.boxSize);
  const pipeline = Pipeline(subscriber, slow);
  const dropped = system.activate(ToList(one.dropped));
  pipeline.link(subscriber.outboxes.dropped, dropped.inboxes.inbox);
  subscriber.watch(pipeline, () => dropped.stop(producerFinished()));
  system.activate(pipeline);
  return subscriber;
}

function check(
  { whenFull, buffer, replay, list, dropped, told, before, until, stop }: Heard,
  published: readonly number[],
  kept: number,
  seen: Set<string>,
): void {
  assert.equal(told.length, 1);
  const [end] = told as [Shutdown];
  const all = [...list, ...dropped].toSorted((a, b) => published.indexOf(a) - published.indexOf(b));
  const first = all.length === 0 ? published.length : published.indexOf(all[0]!);
  if (first < before) seen.add("replayed");
  assert(
    first >= before - Math.min(kept, replay, whenFull === "hold" ? Infinity : buffer),
    "it hears no more from before than it asked for",
  );
  assert.deepEqual(
    all,
    published.slice(first, first + all.length),
    "what it hears, with what is dropped, is all of some time, and nothing twice",
  );
  assert.deepEqual(
    list,
    list.toSorted((a, b) => published.indexOf(a) - published.indexOf(b)),
    "it hears in the order of all",
  );
  const disconnected = end.type === "shutdownMicroprocess";
  if (disconnected) {
    seen.add("disconnect");
    assert.equal(whenFull, "disconnect");
    assert.deepEqual(end, shutdownMicroprocess(`Disconnected from backplane "numbers": more than ${buffer} messages waited`));
  } else if (stop === undefined || until === Infinity) {
    assert.deepEqual(end, producerFinished("over"));
    assert(first <= before && first + all.length === published.length, "it hears, or drops, all since it subscribed");
  } else {
    assert.deepEqual(end, producerFinished("enough"));
    assert(
      first + all.length >= Math.min(until, published.length) || all.length === 0,
      "it hears, or drops, all until it was told to stop",
    );
  }
  if (dropped.length > 0) {
    seen.add(whenFull);
    assert(whenFull === "dropOldest" || whenFull === "dropNewest");
    const sparing = whenFull === "dropOldest" ? all.slice(-buffer) : all.slice(0, buffer);
    for (const n of sparing) assert(list.includes(n), `${whenFull} dropped ${n}, though there was room for ${buffer}`);
  }
}

/** Sends numbers from `first` on, after the gaps. */
function Numbers(first: number, gaps: readonly number[]): Component<{}, { outbox: number }> {
  return component(Numbers, {
    outboxes: { outbox: "numbers" },
    *main(_, { outbox }) {
      for (const [i, gap] of gaps.entries()) {
        if (gap > 0) yield sleep(gap);
        outbox.send(first + i);
        yield;
      }
    },
  });
}

/** Takes its time for each number; says how long its inbox was. */
function Slow({ list, told, pace }: Heard, see: (length: number) => void): Component<{ inbox: number }, {}> {
  return component(Slow, {
    inboxes: { inbox: "numbers" },
    *main({ inbox }, _, self) {
      try {
        while (yield inbox) {
          see(inbox.length);
          list.push(inbox.recv());
          if (pace > 0) yield sleep(pace);
        }
      } finally {
        told.push(self.shutdown!);
      }
    },
  });
}

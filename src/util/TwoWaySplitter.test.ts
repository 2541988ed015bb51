// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, producerFinished, shutdownMicroprocess, sleep, System } from "../axon/index.ts";
import { Graphline } from "../chassis/index.ts";
import { drive, Feed, ToList, VirtualClock } from "../testing/index.ts";
import { TwoWaySplitter } from "./TwoWaySplitter.ts";

test("TwoWaySplitter() sends all from both outboxes, and what ends it from both signals: producerFinished when all is sent", async () => {
  const end = [producerFinished()];
  await drive(TwoWaySplitter(), { inbox: [1, 2, 3] }).expect({ outbox: [1, 2, 3], outbox2: [1, 2, 3], signal: end, signal2: end });
});
test("TwoWaySplitter() stops at once on shutdownMicroprocess", async () => {
  const now = [shutdownMicroprocess()];
  const options = { shutdown: "shutdownMicroprocess" } as const;
  await drive(TwoWaySplitter(), { inbox: [1, 2] }, options).expect({ outbox: [], outbox2: [], signal: now, signal2: now });
});
test("TwoWaySplitter() ends both its readers", async () => {
  const [a, b]: number[][] = [[], []] as number[][];
  await new System().run(
    Graphline({
      components: { FEED: Feed([1, 2]), BOTH: TwoWaySplitter<number>(), A: ToList(a!), B: ToList(b!) },
      linkages: {
        "FEED.outbox": "BOTH.inbox",
        "FEED.signal": "BOTH.control",
        "BOTH.outbox": "A.inbox",
        "BOTH.signal": "A.control",
        "BOTH.outbox2": "B.inbox",
        "BOTH.signal2": "B.control",
      },
    }),
  );
  assert.deepEqual(
    [a, b],
    [
      [1, 2],
      [1, 2],
    ],
  );
});
test("TwoWaySplitter() lets neither reader starve while the other one's box is full (in the original, the second one did)", async () => {
  for (const slow of ["A", "B"]) {
    const longest = { A: 0, B: 0 };
    await new System({ clock: new VirtualClock() }).run(
      Graphline({
        components: {
          FEED: Feed(Array.from({ length: 100 }, (_, i) => i)),
          BOTH: TwoWaySplitter<number>(),
          A: Reader(slow === "A", (gap) => (longest.A = Math.max(longest.A, gap))),
          B: Reader(slow === "B", (gap) => (longest.B = Math.max(longest.B, gap))),
        },
        linkages: {
          "FEED.outbox": "BOTH.inbox",
          "FEED.signal": "BOTH.control",
          "BOTH.outbox": "A.inbox",
          "BOTH.signal": "A.control",
          "BOTH.outbox2": "B.inbox",
          "BOTH.signal2": "B.control",
        },
        boxSizes: { "A.inbox": 2, "B.inbox": 2 },
      }),
    );
    assert.deepEqual(longest, { A: slow === "A" ? 10 : 20, B: slow === "B" ? 10 : 20 }, "at most as long as two messages of the slow one");
  }
});

/** Takes a number now or each 10 ms, and says how long it waited since the one before. */
function Reader(slow: boolean, waited: (milliseconds: number) => void): Component<{ inbox: number }, {}> {
  return component(Reader, {
    inboxes: { inbox: "numbers" },
    *main({ inbox }, _, { system: { clock } }) {
      for (let last = clock.now(); yield inbox; last = clock.now()) {
        if (inbox.recv() > 0) waited(clock.now() - last + (slow ? 10 : 0));
        if (slow) yield sleep(10);
      }
    },
  });
}

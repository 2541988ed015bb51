// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, sleep, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { Echo, Fails, Feed, trace, VirtualClock } from "./index.ts";

/** Reads nothing for a second. */
function Late(): Component<{ inbox: number }, {}> {
  return component(Late, {
    inboxes: { inbox: "numbers" },
    *main({ inbox }) {
      yield sleep(1000);
      while (yield inbox) inbox.recv();
    },
  });
}

test("trace() tells who came, was held, went on and went, and when", async () => {
  const system = new System({ clock: new VirtualClock() });
  const happened = trace(system);
  await system.run(Pipeline.with({ boxSize: 2 })(Feed([1, 2, 3]), Late()));
  assert.deepEqual(happened.lines, [
    "   0 ms  Pipeline_1 activated",
    "   0 ms  Feed_2 activated",
    "   0 ms  Late_3 activated",
    "   0 ms  Feed_2 held: Late_3.inbox is full",
    "1000 ms  Feed_2 released",
    "1000 ms  Feed_2 finished",
    "1000 ms  Late_3 finished",
    "1000 ms  unlinked Feed_2.outbox → Late_3.inbox",
    "1000 ms  unlinked Feed_2.signal → Late_3.control",
    "1000 ms  unlinked Pipeline_1.control → Feed_2.control",
    "1000 ms  unlinked Late_3.signal → Pipeline_1.signal",
    "1000 ms  Pipeline_1 finished",
  ]);
});
test("trace() tells who failed, and why", async () => {
  const system = new System({ clock: new VirtualClock() });
  const happened = trace(system);
  await assert.rejects(system.run(Pipeline(Feed([7]), Fails())));
  assert(happened.lines.includes("0 ms  Fails_3 failed: RangeError: cannot take 7"), happened.toString());
});
test("trace() keeps the last lines, and says how many went before", async () => {
  const system = new System({ clock: new VirtualClock() });
  const happened = trace(system, { lines: 2 });
  await system.run(Pipeline(Feed([1]), Echo()));
  assert.equal(happened.lines.length, 3);
  assert.match(happened.toString(), /^… \d+ lines before\n.*\n0 ms {2}Pipeline_1 finished$/);
});
test("trace().stop() ends it", async () => {
  const system = new System({ clock: new VirtualClock() });
  const happened = trace(system);
  happened.stop();
  await system.run(Echo());
  assert.deepEqual(happened.lines, []);
});
test("trace() is put into words only when somebody reads it", () => {
  const system = new System({ clock: new VirtualClock() });
  const happened = trace(system);
  let read = 0;
  happened.note(() => `read ${++read} times`);
  assert.equal(read, 0);
  assert.equal(happened.toString(), "0 ms  read 1 times");
});

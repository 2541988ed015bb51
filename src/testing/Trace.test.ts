// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, sleep, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { Echo, Fails, Feed, stepper, ToList, trace, VirtualClock } from "./index.ts";

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
    "   0 ms  Feed_2.outbox sent 1",
    "   0 ms  Feed_2.outbox sent 2",
    "   0 ms  Feed_2.outbox sent 3",
    "   0 ms  Feed_2 held: Late_3.inbox is full",
    "1000 ms  Feed_2 released",
    "1000 ms  Feed_2.signal sent { type: 'producerFinished' }",
    "1000 ms  Feed_2 finished",
    "1000 ms  Late_3 finished",
    "1000 ms  Pipeline_1 finished",
  ]);
});
test("trace() tells what was sent to nobody", async () => {
  const system = new System({ clock: new VirtualClock() });
  const happened = trace(system);
  await system.run(Feed(["lost"]));
  assert.equal(happened.lines[1], "0 ms  Feed_1.outbox dropped 'lost'");
});
test("trace() shows a message once, where it was made, however many chassis it leaves", async () => {
  const system = new System({ clock: new VirtualClock() });
  const happened = trace(system);
  const list: number[] = [];
  await system.run(Pipeline(Pipeline(Pipeline(Feed([7]))), ToList(list)));
  assert.deepEqual(
    happened.lines.filter((line) => line.includes("7")),
    ["0 ms  Feed_5.outbox sent 7"],
  );
});
test("trace() with a stepper tells the turns, too", () => {
  const system = new System({ manual: true, clock: new VirtualClock() });
  const happened = trace(system);
  system.activate(Feed([7]));
  stepper(system, happened).rest();
  assert.deepEqual(happened.lines, [
    "0 ms  Feed_1 activated",
    "0 ms  Feed_1.outbox dropped 7",
    "0 ms  end of a turn of Feed_1",
    "0 ms  Feed_1 finished",
    "0 ms  end of a turn of Feed_1",
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

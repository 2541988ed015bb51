// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { type Component, component, System } from "../axon/index.ts";
import { drive, stepper } from "../testing/index.ts";
import { FlatMap } from "./FlatMap.ts";

test("FlatMap() sends all that its function makes of a message: none, one or many", async () => {
  await drive(
    FlatMap((line: string) => line.split(" ").filter((word) => word !== "")),
    { inbox: ["", "a", "b c"] },
  ).expect({ outbox: ["a", "b", "c"] });
});
test("FlatMap() makes the next one only when there is room for it, and ends though its function would not", () => {
  let made = 0;
  function* numbers(): Generator<number> {
    for (;;) yield made++;
  }
  const system = new System({ manual: true });
  const pipeline = Pipeline.with({ boxSize: 4 })(
    FlatMap(() => numbers()),
    Stuck(),
  );
  system.activate(pipeline);
  const done = system.expect("that the test goes on"); // otherwise it would be a deadlock
  pipeline.inboxes.inbox.deliver(1);
  stepper(system).rest();
  assert.equal(made, 5); // the one that finds the box full is still taken, and holds its sender
  pipeline.stop();
  stepper(system).rest();
  assert.equal(pipeline.isStopped, true);
  done();
});
test("FlatMap() lets others have their turns while it makes no end of messages for nobody, and can be stopped", () => {
  let made = 0;
  let closed = false;
  function* numbers(): Generator<number> {
    try {
      for (;;) {
        if (made > 1e6) throw new Error("nobody else has had a turn");
        yield made++;
      }
    } finally {
      closed = true;
    }
  }
  const system = new System({ manual: true });
  const flatMap = system.activate(FlatMap(() => numbers()));
  flatMap.inboxes.inbox.deliver(1);
  const { step } = stepper(system);
  for (let i = 0; i < 10; i++) step();
  assert.ok(made > 0 && made < 1000 && !closed);
  flatMap.stop();
  stepper(system).rest();
  assert.deepEqual([flatMap.isStopped, closed], [true, true]);
});

/** Takes nothing. */
function Stuck(): Component<{ inbox: number }, {}> {
  return component(Stuck, {
    inboxes: { inbox: "numbers, which stay" },
    *main({ control }) {
      yield control;
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, ComponentFailure, producerFinished, shutdownMicroprocess, sleep, System } from "../axon/index.ts";
import { drive, Echo, Fails, Feed, ToList } from "../testing/index.ts";
import { Pipeline } from "./Pipeline.ts";

function Asleep(log: string[]): Component<{ inbox: any }, { outbox: any }> {
  return component(Asleep, {
    inboxes: { inbox: "not read" },
    outboxes: { outbox: "nothing" },
    *main() {
      try {
        yield sleep(Infinity);
      } finally {
        log.push("finally");
      }
    },
  });
}

test("Pipeline() links outbox to inbox and signal to control, and ends when all have ended", async () => {
  const list: number[] = [];
  await new System().run(Pipeline(Feed([1, 2, 3]), Echo(), Echo(), ToList(list)));
  assert.deepEqual(list, [1, 2, 3]);
});
test("Pipeline() activates its components only when it runs", () => {
  const echo = Echo();
  Pipeline(Feed([1]), echo);
  assert.equal(echo.id, 0);
});
test("Pipeline() gives its own boxes to the first and the last component, so that it nests", async () => {
  const { outbox, signal } = await drive(Pipeline(Echo<number>(), Pipeline(Echo<number>(), Echo())), { inbox: [1, 2] });
  assert.deepEqual([outbox, signal], [[1, 2], [producerFinished()]]);
});
test("Pipeline() keeps what comes before it is activated", async () => {
  const pipeline = Pipeline(Echo<number>(), Echo());
  pipeline.inboxes.inbox.deliver(7);
  assert.deepEqual((await drive(pipeline, { inbox: [8] })).outbox, [7, 8]);
});
test("Pipeline() neither makes nor swallows a shutdown: what the last component signals comes out", async () => {
  const { signal } = await drive(Pipeline(Echo(), Echo()), {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(signal, [shutdownMicroprocess()]);
});
test("Pipeline() of nothing is refused", () => {
  assert.throws(() => Pipeline([]), { name: "RangeError", message: "Cannot make a Pipeline of nothing: give it one component or more" });
});
test("Pipeline() of one component is that component with another name", async () => {
  assert.deepEqual((await drive(Pipeline(Echo<number>()), { inbox: [1] })).outbox, [1]);
});
test("Pipeline.with({ circular }) feeds the first component from the last", async () => {
  const seen: number[] = [];
  const CountDown = (): Component<{ inbox: number }, { outbox: number }> =>
    component(CountDown, {
      inboxes: { inbox: "a number" },
      outboxes: { outbox: "one less" },
      *main({ inbox }, { outbox }) {
        while (yield inbox) {
          const n = inbox.recv();
          seen.push(n);
          if (n === 0) return;
          outbox.send(n - 1);
        }
      },
    });
  const first = CountDown();
  first.inboxes.inbox.deliver(3);
  await new System().run(Pipeline.with({ circular: true })(first, CountDown()));
  assert.deepEqual(seen, [3, 2, 1, 0]);
});
test("Pipeline.with({ boxSize, boxSizes }) sets how much the boxes hold", () => {
  const [a, b] = [Echo(), Echo()];
  Pipeline.with({ boxSize: 5, boxSizes: [undefined, 2] })(a, b);
  assert.deepEqual(
    [a, b].map((echo) => echo.inboxes.inbox.bound),
    [5, 2],
  );
});
test("Pipeline() fails with the component that failed, and stops the others", async () => {
  const log: string[] = [];
  const run = new System().run(Pipeline(Feed([1]), Fails(), Asleep(log)));
  await assert.rejects(
    run,
    (error: unknown) => error instanceof ComponentFailure && error.component === "Pipeline_1/Fails_3" && error.cause instanceof RangeError,
  );
  assert.deepEqual(log, ["finally"]);
});
test("Pipeline() that is killed takes its components with it", async () => {
  const log: string[] = [];
  const system = new System();
  const pipeline = system.activate(Pipeline(Asleep(log), Asleep(log)));
  await system.run();
  pipeline.kill();
  assert.deepEqual([log, pipeline.isStopped], [["finally", "finally"], true]);
});
test("Pipeline() stops with its system", async () => {
  const log: string[] = [];
  const system = new System();
  system.activate(Pipeline(Asleep(log), Echo(), Asleep(log)));
  await system.run();
  await system.stop();
  assert.deepEqual([log, system.live], [["finally", "finally"], 0]);
});

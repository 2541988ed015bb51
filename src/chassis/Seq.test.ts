// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, ComponentFailure, producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { at, drive, Echo, Fails, Feed, stepper } from "../testing/index.ts";
import { Seq } from "./Seq.ts";

test("Seq() runs one component after the other", async () => {
  const { outbox, signal } = await drive(
    Seq(Feed([1, 2]), () => Feed([3])),
    {},
    { shutdown: false },
  );
  assert.deepEqual([outbox, signal], [[1, 2, 3], [producerFinished()]]);
});
test("Seq() gives its inbox to the one that runs", async () => {
  assert.deepEqual((await drive(Seq(Feed(["first"]), Echo<string>()), { inbox: at({ 5: "later" }) })).outbox, ["first", "later"]);
});
test("Seq() hands what one has not read to the next", async () => {
  const Takes = (count: number): Component<{ inbox: string }, { outbox: string }> =>
    component(Takes, {
      inboxes: { inbox: "words" },
      outboxes: { outbox: "the same words, numbered" },
      *main({ inbox }, { outbox }) {
        for (let i = 1; i <= count && (yield inbox); i++) outbox.send(`${i}${inbox.recv()}`);
      },
    });
  const words = Array.from({ length: 300 }, () => "x");
  const { outbox } = await drive(
    Seq(Takes(1), () => Takes(2), Takes(Infinity)),
    { inbox: words },
  );
  assert.deepEqual([outbox.slice(0, 5), outbox.length], [["1x", "1x", "2x", "1x", "2x"], 300]);
});
test("Seq() hears its control (the original was deaf to it)", async () => {
  let started = false;
  const second = (): ReturnType<typeof Echo> => ((started = true), Echo());
  const first = Echo();
  await drive(Seq(first, second, Echo()), {}, { shutdown: "shutdownMicroprocess" }).expect({ signal: [shutdownMicroprocess()] });
  assert.deepEqual([first.isStopped, started], [true, false]);
});
test("Seq() leaves nothing of those that it did not start", async () => {
  const never = Echo();
  await drive(Seq(Echo(), never), {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([never.id, never.isStopped], [0, true]);
});
test("Seq() lets all take their turn on producerFinished, and signals it once", async () => {
  const reason = producerFinished("why");
  const seq = Seq(Echo(), Feed([1]), Echo());
  seq.stop(reason);
  await drive(seq, {}, { shutdown: false }).expect({ outbox: [1], signal: [reason] });
});
test("Seq() tells shutdownMicroprocess after producerFinished, too", () => {
  const told: string[] = [];
  const Slow = (): Component<{ control: any }, {}> =>
    component(Slow, {
      inboxes: { control: "written down" },
      *main({ control }) {
        for (let i = 0; i < 2; i++) {
          yield control;
          told.push(control.recv().type);
        }
      },
    });
  const system = new System({ manual: true });
  const seq = system.activate(Seq(Slow(), Feed([])));
  for (const message of [producerFinished(), shutdownMicroprocess()]) {
    stepper(system).rest();
    seq.stop(message);
  }
  stepper(system).rest();
  assert.deepEqual([told, seq.isStopped], [["producerFinished", "shutdownMicroprocess"], true]);
});
test("Seq() does not pass on what each of them signals", async () => {
  await drive(Seq(Feed([1]), Feed([2]), Feed([3])), {}, { shutdown: false }).expect({ outbox: [1, 2, 3], signal: [producerFinished()] });
});
test("Seq() of nothing ends at once", async () => {
  await drive(Seq(), {}, { shutdown: false }).expect({ signal: [producerFinished()] });
});
test("Seq() fails with the component that failed, or the function that made none, and starts no other", async () => {
  let started = false;
  const never = (): ReturnType<typeof Echo> => ((started = true), Echo());
  const cases: [item: any, message: string][] = [
    [Fails(), "Seq_1/Fails_2 failed: cannot take x"],
    [() => undefined, "Seq_1 failed: Cannot make a child of Seq_1: what was made is undefined, not a component"],
  ];
  for (const [item, message] of cases)
    await assert.rejects(drive(Seq(item, never) as Component<any, any>, { inbox: ["x"] }), (error: unknown) => {
      assert.equal(error instanceof ComponentFailure && error.message, message);
      return true;
    });
  assert.equal(started, false);
  assert.throws(() => Seq("hello" as never), { message: 'Cannot make a Seq: component 1 is "hello", not a component' });
});

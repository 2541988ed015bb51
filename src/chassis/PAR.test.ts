// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyOf,
  type Component,
  component,
  ComponentFailure,
  producerFinished,
  shutdownMicroprocess,
  sleep,
  System,
} from "../axon/index.ts";
import { at, drive, Echo, Fails, Feed, stepper, VirtualClock } from "../testing/index.ts";
import { PAR } from "./PAR.ts";
import { Pipeline } from "./Pipeline.ts";

test("PAR() runs components side by side", async () => {
  assert.deepEqual((await drive(PAR(Feed([1, 3]), Feed([2, 4])), {}, { shutdown: false })).outbox, [1, 2, 3, 4]);
});
test("PAR() signals once, when all have ended (the original leaked each component's signal)", async () => {
  assert.deepEqual((await drive(PAR(Feed([1]), Feed([2, 3, 4])), {}, { shutdown: false })).signal, [producerFinished()]);
});
test("PAR() gives each message to every component (the original dropped them)", async () => {
  assert.deepEqual((await drive(PAR(Echo<number>(), Echo<number>()), { inbox: [1, 2] })).outbox, [1, 2, 1, 2]);
});
test("PAR() loses nothing when one of its components is slow", async () => {
  const many = Array.from({ length: 1000 }, (_, i) => i);
  const { outbox } = await drive(PAR(Echo<number>(), Echo<number>()), { inbox: many }, { bound: 2 });
  assert.equal(outbox.length, 2000);
});
test("PAR() tells producerFinished only after the messages that came before it", async () => {
  const order: string[] = [];
  const Eager = (): Component<{ inbox: number; control: any }, {}> =>
    component(Eager, {
      inboxes: { inbox: "read one at a time", control: "read as soon as it comes" },
      *main({ inbox, control }) {
        while (yield anyOf(inbox, control)) {
          if (inbox.length > 0) order.push(String(inbox.recv()));
          else {
            order.push(control.recv().type);
            return;
          }
          yield sleep(1);
        }
      },
    });
  const eager = Eager();
  eager.setInboxSize("inbox", 1);
  await drive(PAR(eager), { inbox: [1, 2, 3, 4] });
  assert.deepEqual(order, ["1", "2", "3", "4", "producerFinished"]);
});
test("PAR() tells all on shutdownMicroprocess, and waits for them (the original did not)", () => {
  const log: string[] = [];
  const Slow = (milliseconds: number): Component<{ control: any }, {}> =>
    component(Slow, {
      inboxes: { control: "the word" },
      *main({ control }) {
        yield control;
        log.push(control.recv().type);
        yield sleep(milliseconds);
      },
    });
  const clock = new VirtualClock({ auto: false });
  const system = new System({ clock, manual: true });
  const par = system.activate(PAR(Slow(10), Slow(20)));
  const { advance, rest } = stepper(system);
  rest();
  par.stop();
  advance(19);
  assert.deepEqual([log, par.isStopped], [["shutdownMicroprocess", "shutdownMicroprocess"], false]);
  advance(1);
  assert.equal(par.isStopped, true);
});
test("PAR() signals the shutdownMicroprocess that it was told, once", async () => {
  await drive(PAR(Echo(), Echo()), {}, { shutdown: "shutdownMicroprocess" }).expect({ signal: [shutdownMicroprocess()] });
});
test("PAR() tells its components to stop at once, whatever messages wait", async () => {
  const { outbox } = await drive(PAR(Echo<number>(), Echo<number>()), { inbox: Array(1000).fill(0) }, { shutdown: "shutdownMicroprocess" });
  assert.ok(outbox.length < 1000);
});
test("PAR() has no inbox when none of its components has: nothing is dropped silently", () => {
  const par = PAR(Feed([1]), Feed([2]));
  assert.deepEqual(Object.keys(par.inboxes), ["control"]);
  assert.throws(() => Pipeline([Feed([3]), par as Component<any, any>]), {
    message: 'Cannot link PAR.inbox: PAR has no inbox "inbox", only "control"',
  });
});
test("PAR() gives messages only to those that take them, and goes on when one of them has ended", async () => {
  const TakesOne = (): Component<{ inbox: number }, { outbox: number }> =>
    component(TakesOne, {
      inboxes: { inbox: "one number" },
      outboxes: { outbox: "the number, negative" },
      *main({ inbox }, { outbox }) {
        if (yield inbox) outbox.send(-inbox.recv());
      },
    });
  const { outbox } = await drive(PAR(TakesOne(), Feed([7]), Echo<number>()), { inbox: at({ 0: 1, 10: 2, 20: 3 }) });
  assert.deepEqual(outbox.toSorted(), [-1, 1, 2, 3, 7]);
});
test("PAR() passes any message on its control to every component", async () => {
  const heard: unknown[] = [];
  const Ear = (): Component<{ control: any }, {}> =>
    component(Ear, {
      inboxes: { control: "anything" },
      *main({ control }) {
        for (let i = 0; i < 2; i++) {
          yield control;
          heard.push(control.recv());
        }
      },
    });
  await drive(PAR(Ear(), Ear()), { control: ["hello" as never] });
  assert.deepEqual(heard, ["hello", producerFinished(), "hello", producerFinished()]);
});
test("PAR() of nothing ends at once", async () => {
  await drive(PAR(), {}, { shutdown: false }).expect({ signal: [producerFinished()] });
});
test("PAR() says what is no component", () => {
  assert.throws(() => PAR(Echo as never), {
    message: "Cannot make a PAR: component 1 is the function Echo, not a component; call it: Echo()",
  });
});
test("PAR() fails with the component that failed, and stops the others", async () => {
  const other = Echo<number>();
  await assert.rejects(
    drive(PAR(other, Fails<number>()), { inbox: [1] }),
    (error: unknown) => error instanceof ComponentFailure && error.component === "PAR_1/Fails_3",
  );
  assert.ok(other.isStopped);
});

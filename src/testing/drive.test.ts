// SPDX-License-Identifier: Apache-2.0
import assert, { AssertionError } from "node:assert/strict";
import { test } from "node:test";
import {
  addOutbox,
  anyOf,
  type Component,
  component,
  ComponentFailure,
  producerFinished,
  settled,
  shutdownMicroprocess,
  type Shutdown,
  sleep,
  type Wait,
} from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { at, drive, Echo, Fails, Feed, ToList, VirtualClock } from "./index.ts";

/** Sends each message back after a while. */
function Delay(milliseconds: number): Component<{ inbox: string }, { outbox: string }> {
  return component(Delay, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages, later" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) {
        const message = inbox.recv();
        yield sleep(milliseconds);
        outbox.send(message);
      }
    },
  });
}

/** Lets one message through for each "next"; what is too much goes to "overflow". */
function Turnstile(limit: number): Component<{ inbox: string; next: 0 }, { outbox: string; overflow: string }> {
  return component(Turnstile, {
    inboxes: { inbox: "messages", next: "lets one through" },
    outboxes: { outbox: "messages", overflow: "messages too many" },
    *main({ inbox, next }, { outbox, overflow }) {
      const waiting: string[] = [];
      while (yield anyOf(inbox, next)) {
        for (const message of inbox) {
          if (waiting.length < limit) waiting.push(message);
          else overflow.send(message);
        }
        for (const _ of next) if (waiting.length > 0) outbox.send(waiting.shift()!);
      }
    },
  });
}

/** Sends as fast as it can, and says how far it got each time it had to wait. */
function Source(count: number, pauses: number[]): Component<{}, { outbox: number }> {
  return component(Source, {
    outboxes: { outbox: "numbers" },
    *main(_, { outbox }) {
      for (let i = 1; i <= count; i++) {
        outbox.send(i);
        if (!outbox.full) continue;
        pauses.push(i);
        yield;
      }
    },
  });
}

function Stuck(wait: () => Wait): Component<{ other: never }, {}> {
  return component(Stuck, {
    inboxes: { other: "nothing ever comes" },
    *main() {
      for (;;) yield wait();
    },
  });
}

test("drive() answers what each outbox sent, and signal, but no box of its own", async () => {
  const result = await drive(Turnstile(2), { inbox: ["a", "b", "c"], next: [0] });
  assert.deepEqual(result, { outbox: ["a"], overflow: ["c"], signal: [producerFinished()] });
});
test("drive() takes the result of a Pipeline, whose type says only which boxes it has", async () => {
  const piped: { readonly inboxes: object; readonly outboxes: object } = Pipeline(Echo<number>(), Echo());
  assert.deepEqual(await drive(piped), { outbox: [], signal: [producerFinished()] });
  assert.deepEqual((await drive(Pipeline(Echo<number>(), Echo()), { inbox: [1, 2] })).outbox, [1, 2]);
});
test("drive() tells the component that the producer has finished, after the messages", async () => {
  const { signal } = await drive(Echo(), { inbox: [1] });
  assert.deepEqual(signal, [producerFinished()]);
});
test("drive({ shutdown: shutdownMicroprocess }) stops the component before it has read anything", async () => {
  const { outbox, signal } = await drive(Echo(), { inbox: [1] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual({ outbox, signal }, { outbox: [], signal: [shutdownMicroprocess()] });
});
test("drive({ shutdown: false }) waits for the component to end by itself", async () => {
  const { outbox } = await drive(Feed([1, 2]), {}, { shutdown: false });
  assert.deepEqual(outbox, [1, 2]);
});
test("drive() runs an hour of virtual time at once", async () => {
  const clock = new VirtualClock();
  await drive(Delay(3_600_000), { inbox: ["a"] }, { clock });
  assert.equal(clock.now(), 3_600_000);
});
test("drive() delivers scheduled messages at their times, and the shutdown after the last", async () => {
  const seen: [number, string][] = [];
  const clock = new VirtualClock();
  const Watch = (): Component<{ inbox: string; other: string }, {}> =>
    component(Watch, {
      inboxes: { inbox: "messages", other: "messages" },
      *main({ inbox, other }) {
        while (yield anyOf(inbox, other)) for (const box of [inbox, other]) for (const message of box) seen.push([clock.now(), message]);
        seen.push([clock.now(), "end"]);
      },
    });
  await drive(Watch(), { inbox: at({ 1000: "b", 0: "a" }), other: at({ 1500: "c", 500: "d" }) }, { clock });
  assert.deepEqual(seen, [
    [0, "a"],
    [500, "d"],
    [1000, "b"],
    [1500, "c"],
    [1500, "end"],
  ]);
});
test("drive() delivers what comes at 0 before the shutdown, too", async () => {
  const { outbox } = await drive(Delay(0), { inbox: at({ 0: "a" }) });
  assert.deepEqual(outbox, ["a"]);
});
test("drive({ seed }) gives the component the same chances each time", async () => {
  const Dice = (): Component<{}, { outbox: number }> =>
    component(Dice, {
      outboxes: { outbox: "numbers" },
      *main(_, { outbox }, { system }) {
        for (let i = 0; i < 5; i++) outbox.send(system.random.integer(6));
      },
    });
  const rolls = async (seed: number): Promise<number[]> => (await drive(Dice(), {}, { seed })).outbox;
  assert.deepEqual(await rolls(7), await rolls(7));
  assert.notDeepEqual(await rolls(7), await rolls(8));
});
test("drive({ bound }) holds the component when a box is full, and takes one message when nobody can go on", async () => {
  const pauses: number[] = [];
  const { outbox } = await drive(Source(10, pauses), {}, { bound: 4 });
  assert.deepEqual(outbox, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(pauses, [4, 5, 7, 8, 10], "held by the fifth message, which finds the box full, until two are left");
});
test("drive() without a bound never holds the component", async () => {
  const pauses: number[] = [];
  const { outbox } = await drive(Source(1000, pauses));
  assert.deepEqual([outbox.length, pauses], [1000, []]);
});
test("drive() takes nothing from an outbox that is linked already", async () => {
  const echo = Echo<string>();
  const to = Echo<string>();
  echo.link(echo.outboxes.outbox, to.inboxes.inbox);
  assert.deepEqual(Object.keys(await drive(echo, { inbox: ["a"] })), ["signal"]);
  assert.equal(to.inboxes.inbox.length, 1);
});
test("drive() collects from outboxes that are added meanwhile", async () => {
  const Grows = (): Component<any, any> =>
    component(Grows, {
      *main(_, __, self) {
        addOutbox(self, "more");
        self.send("from the new one", "more");
        yield;
      },
    });
  assert.deepEqual(await drive(Grows()), { signal: [producerFinished()], more: ["from the new one"] });
});
test("drive() leaves an outbox alone that is added and linked in one turn", async () => {
  const list: string[] = [];
  const Grows = (): Component<any, any> =>
    component(Grows, {
      *main(_, __, self) {
        const child = ToList(list).activate();
        self.link(addOutbox(self, "more"), child.inboxes.inbox);
        self.send("to the child", "more");
        yield;
        child.stop(producerFinished());
      },
    });
  assert.deepEqual(await drive(Grows()), { signal: [producerFinished()] });
  assert.deepEqual(list, ["to the child"]);
});
test("drive() waits for promises, without real time passing for the component", async () => {
  const Resolver = (): Component<{ inbox: string }, { outbox: string }> =>
    component(Resolver, {
      inboxes: { inbox: "names" },
      outboxes: { outbox: "values" },
      *main({ inbox }, { outbox }) {
        while (yield inbox) outbox.send(yield* settled(Promise.resolve(`${inbox.recv()}!`)));
      },
    });
  assert.deepEqual((await drive(Resolver(), { inbox: ["a", "b"] })).outbox, ["a!", "b!"]);
});
test("drive() rejects with the failure of the component, whose stack tells what happened, and with what seed", async () => {
  await assert.rejects(
    drive(
      Fails<number>((n) => n === 2),
      { inbox: [1, 2, 3] },
      { seed: 42 },
    ),
    (error) => {
      assert(error instanceof ComponentFailure);
      assert.equal(error.message, "Fails_1 failed: cannot take 2");
      assert.match(error.stack!, /What happened \(seed 42\):\n/);
      assert.match(error.stack!, /0 ms {2}Fails_1\.inbox was given 2\n/);
      assert.match(error.stack!, /0 ms {2}Fails_1\.outbox sent 1\n0 ms {2}Fails_1 failed: RangeError: cannot take 2$/);
      return true;
    },
  );
});
test("drive() rejects with the failure of a child", async () => {
  const driven = drive(Pipeline(Echo<number>(), Fails<number>()), { inbox: [1] });
  await assert.rejects(driven, { name: "ComponentFailure", message: "Pipeline_1/Fails_3 failed: cannot take 1" });
});
test("drive() rejects when the components inside deadlock", async () => {
  const Chatter = (): Component<{ inbox: number }, { outbox: number }> =>
    component(Chatter, {
      inboxes: { inbox: "not read before all is sent" },
      outboxes: { outbox: "numbers" },
      *main({ inbox }, { outbox }) {
        for (let i = 0; i < 1000; i++) {
          outbox.send(i);
          yield;
        }
        while (yield inbox) inbox.recv();
      },
    });
  const driven = drive(Pipeline.with({ circular: true })(Chatter(), Chatter()));
  await assert.rejects(driven, {
    name: "Deadlock",
    message: /Chatter_3 waits for room in Chatter_2\.inbox \(129 of 128\), Chatter_2 waits/,
  });
});
test("drive() on a component that never ends says what it waits for, and ends it by force", async () => {
  let cleaned = false;
  const Patient = (): Component<{ inbox: number; never: number; control: Shutdown }, {}> =>
    component(Patient, {
      inboxes: { inbox: "read once", never: "nothing comes", control: "not heeded" },
      *main({ inbox, never }) {
        try {
          yield inbox;
          while (yield never) never.recv();
        } finally {
          cleaned = true;
        }
      },
    });
  await assert.rejects(drive(Patient(), { inbox: [5] }, { seed: 3 }), (error: Error) => {
    assert.match(error.message, /^Patient_1 does not end: it waits for Patient_1\.never\n\nWhat happened \(seed 3\):\n/);
    assert.match(error.message, /Patient_1\.inbox was given 5\n/);
    return true;
  });
  assert(cleaned);
});
test("drive() on a component that spins stops after so many turns", async () => {
  const driven = drive(
    Stuck(() => {}),
    {},
    { turns: 1000, shutdown: false },
  );
  await assert.rejects(driven, { message: /^Stuck_1 does not end: it had 1000 turns, and waits for its turn\n/ });
});
test("drive() on a component that was told to stop and goes on asking fails by the kernel's own rule", async () => {
  await assert.rejects(drive(Stuck(() => {})), { name: "ComponentFailure", message: /goes on asking/ });
});
test("drive() on a component that sleeps again and again stops after so much time", async () => {
  const driven = drive(
    Stuck(() => sleep(1000)),
    {},
    { time: 60_000, shutdown: false },
  );
  await assert.rejects(driven, { message: /^Stuck_1 does not end: it has run for 61000 ms, and sleeps for 1000 ms\n/ });
});
test("drive() on a component that sleeps for ever says so", async () => {
  await assert.rejects(
    drive(
      Stuck(() => sleep(Infinity)),
      {},
      { shutdown: false },
    ),
    { message: /does not end: it sleeps for Infinity ms\n/ },
  );
});
test("drive() on a component whose promise is never kept gives up when its patience is over", async () => {
  const never = new Promise(() => {});
  await assert.rejects(
    drive(
      Stuck(() => never),
      {},
      { patience: 0 },
    ),
    { message: /^Stuck_1 does not end: it waits for a promise\n/ },
  );
});
test("drive() refuses an inbox that is not there", async () => {
  const driven = drive(Echo() as Component<any, any>, { inbx: [1] });
  await assert.rejects(driven, {
    name: "RangeError",
    message: 'Cannot link Echo_1.inbx: Echo_1 has no inbox "inbx", only "inbox", "control"',
  });
});
test("drive() ends by force what the component left behind", async () => {
  const log: string[] = [];
  const Orphan = (): Component<any, any> =>
    component(Orphan, {
      *main() {
        try {
          yield sleep(Infinity);
        } finally {
          log.push("ended");
        }
      },
    });
  const Parent = (): Component<any, any> =>
    component(Parent, {
      *main(_, __, { system }) {
        system.activate(Orphan());
        yield;
      },
    });
  await drive(Parent());
  assert.deepEqual(log, ["ended"]);
});
test("drive().expect() passes when the named boxes sent just that", async () => {
  const result = await drive(Turnstile(2), { inbox: ["a", "b", "c"], next: [0] }).expect({ outbox: ["a"], signal: [producerFinished()] });
  assert.deepEqual(result.overflow, ["c"]);
});
test("drive().expect() fails with the difference, the seed and what happened", async () => {
  const driven = drive(Echo<string>(), { inbox: ["a", "b"] }, { seed: 9 }).expect({ outbox: ["a", "c"] });
  await assert.rejects(driven, (error) => {
    assert(error instanceof AssertionError);
    assert.match(error.message, /^outbox sent \[ 'a', 'b' \], expected \[ 'a', 'c' \]\n/);
    assert.match(error.message, /What happened \(seed 9\):\n(.*\n)*0 ms {2}Echo_1\.outbox sent 'b'\n/);
    return true;
  });
});
test("drive().expect() passes on the failure of the component", async () => {
  await assert.rejects(drive(Fails<number>(), { inbox: [1] }).expect({ outbox: [] }), ComponentFailure);
});
test("at() refuses a time that is not 0 or more: the message would be lost", () => {
  for (const time of ["-5", "soon"])
    assert.throws(() => at({ 0: "a", [time]: "b" }), { name: "RangeError", message: `Cannot send at ${time} ms: give 0 or more` });
});

// SPDX-License-Identifier: Apache-2.0
// What holds for every chassis: it passes messages, shutdown and failure between the components in it and the world, and ends with them.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  type Component,
  component,
  ComponentFailure,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
  System,
} from "../axon/index.ts";
import { drive, Echo, Fails, stepper, VirtualClock } from "../testing/index.ts";
import { Carousel } from "./Carousel.ts";
import { Graphline } from "./Graphline.ts";
import { InboxControlledCarousel } from "./InboxControlledCarousel.ts";
import { JoinChooserToCarousel } from "./JoinChooserToCarousel.ts";
import { PAR } from "./PAR.ts";
import { Pipeline } from "./Pipeline.ts";
import { Seq } from "./Seq.ts";
import { Supervisor } from "./Supervisor.ts";

type Any = Component<any, any>;
type Make = () => Component<{ inbox: any }, { outbox: any }>;

const linkages = { "self.inbox": "A.inbox", "A.outbox": "self.outbox" } as const;
/** Every chassis, around one component. */
const chassis: Readonly<Record<string, (make: Make) => Any>> = {
  Pipeline: (make) => Pipeline(Echo(), make(), Echo()) as Any,
  "Pipeline of one": (make) => Pipeline(make()) as Any,
  Graphline: (make) => Graphline({ components: { A: make() }, linkages }) as Any,
  "Graphline with its control and signal linked": (make) =>
    Graphline({ components: { A: make() }, linkages: { ...linkages, "self.control": "A.control", "A.signal": "self.signal" } }) as Any,
  Carousel: (make) => ordered(Carousel(make) as Any, "next"),
  InboxControlledCarousel: (make) => {
    const carousel: Any = InboxControlledCarousel(make);
    const graph = Graphline({
      components: { C: carousel },
      linkages: { "self.inbox": "C.data_inbox", "self.control": "C.control", "C.outbox": "self.outbox", "C.signal": "self.signal" },
    } as never);
    ordered(carousel, "inbox");
    return graph as Any;
  },
  JoinChooserToCarousel: (make) => JoinChooserToCarousel(ChoosesOnce(), Carousel(make)) as Any,
  PAR: (make) => PAR(make()) as Any,
  Seq: (make) => Seq(make()) as Any,
  "Seq of functions": (make) => Seq(make) as Any,
  Supervisor: (make) => Supervisor({ children: { A: { start: make, restart: "transient" } }, linkages, intensity: 0 }) as Any,
  "Pipeline in Graphline in Pipeline": (make) =>
    Pipeline(Echo(), Graphline({ components: { A: Pipeline(make(), Echo()) }, linkages }), Echo()) as Any,
  "all of them in each other": (make) => {
    const supervised = (): Component<{ inbox: any }, { outbox: any }> =>
      Supervisor({ children: { A: { start: () => PAR(make()), restart: "transient" } }, linkages, intensity: 0 });
    const carousel = Carousel(() => Seq(supervised));
    ordered(carousel as Any, "next");
    return Pipeline(Graphline({ components: { A: Pipeline(carousel, Echo()) }, linkages }), Echo()) as Any;
  },
};

function ordered(carousel: Any, inbox: string): Any {
  carousel.inboxes[inbox]!.deliver("make it");
  return carousel;
}
function ChoosesOnce(): Component<{ inbox: "NEXT" }, { outbox: string }> {
  return component(ChoosesOnce, {
    inboxes: { inbox: "asks for more" },
    outboxes: { outbox: "the choice" },
    *main({ inbox }, { outbox }) {
      outbox.send("this one");
      while (yield inbox) inbox.recv();
    },
  });
}
/** Does nothing, not even read, and says how it ended. */
function Guest(log: string[]): Component<{ inbox: any }, { outbox: any }> {
  return component(Guest, {
    inboxes: { inbox: "not read" },
    outboxes: { outbox: "not used" },
    *main(_, __, self) {
      try {
        yield sleep(Infinity);
        log.push(`told ${self.shutdown?.type}`);
      } finally {
        log.push("finally");
      }
    },
  });
}

/** Takes down what it hears. */
function Ear(heard: Shutdown[]): Component<{ inbox: Shutdown }, {}> {
  return component(Ear, {
    inboxes: { inbox: "what a component signals" },
    *main({ inbox }) {
      while (yield inbox) heard.push(inbox.recv());
    },
  });
}
/** Runs a component step by step, and listens to its signal. */
function listenedTo(subject: Any) {
  const heard: Shutdown[] = [];
  const system = new System({ manual: true });
  const ear = system.activate(Ear(heard));
  ear.link([subject, "signal"], [ear, "inbox"]);
  const failed = system.run(subject).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { subject, heard, failed, ...stepper(system) };
}

for (const [name, around] of Object.entries(chassis)) {
  test(`${name}: messages go in and come out, in order, also with little room`, async () => {
    const messages = Array.from({ length: 500 }, (_, i) => i);
    for (const bound of [1, Infinity]) assert.deepEqual((await drive(around(Echo), { inbox: messages }, { bound })).outbox, messages);
  });
  test(`${name}: what came before it was activated is not lost`, async () => {
    const subject = around(Echo);
    subject.inboxes["inbox"]!.deliver("early");
    assert.deepEqual((await drive(subject, { inbox: ["late"] })).outbox, ["early", "late"]);
  });
  test(`${name}: its component is activated only when it is`, () => {
    const made: Any[] = [];
    const subject = around(() => (made.push(Echo()), made[0]!) as ReturnType<Make>);
    const system = new System({ manual: true });
    assert.ok(made.every((component) => component.id === 0));
    system.activate(subject);
    stepper(system).rest();
    assert.ok(made[0]!.id > subject.id);
  });
  test(`${name}: producerFinished comes out once, after what was sent`, async () => {
    const { outbox, signal } = await drive(around(Echo), { inbox: [1, 2] });
    assert.deepEqual([outbox, signal], [[1, 2], [producerFinished()]]);
  });
  test(`${name}: shutdownMicroprocess stops what is in it, and comes out once`, () => {
    const log: string[] = [];
    const { subject, heard, rest } = listenedTo(around(() => Guest(log)));
    rest();
    assert.deepEqual([log, heard], [[], []]);
    subject.stop(shutdownMicroprocess());
    rest();
    assert.deepEqual([log, heard, subject.isStopped], [["told shutdownMicroprocess", "finally"], [shutdownMicroprocess()], true]);
  });
  test(`${name}: system.stop() stops it, and its component`, async () => {
    const log: string[] = [];
    const system = new System({ clock: new VirtualClock() });
    const subject = system.activate(around(() => Guest(log)));
    await system.run();
    assert.deepEqual(log, []);
    await system.stop();
    assert.deepEqual([log, subject.isStopped, system.live], [["told shutdownMicroprocess", "finally"], true, 0]);
  });
  test(`${name}: killed, it takes its component with it`, async () => {
    const log: string[] = [];
    const system = new System();
    const subject = system.activate(around(() => Guest(log)));
    await system.run();
    subject.kill();
    assert.deepEqual([log, subject.isStopped, system.live], [["finally"], true, 0]);
  });
  test(`${name}: killed before it is activated, it leaves nothing behind`, () => {
    const log: string[] = [];
    const subject = around(() => Guest(log));
    subject.kill();
    assert.deepEqual([log, subject.isStopped], [[], true]);
  });
  test(`${name}: the failure of its component reaches run(), with the path to it`, async () => {
    const subject = around(() => Fails());
    subject.inboxes["inbox"]!.deliver("this");
    await assert.rejects(new System().run(subject), (error: unknown) => {
      assert.ok(error instanceof ComponentFailure);
      assert.match(error.message, /^(\w+_\d+\/)+Fails_\d+ failed: cannot take this$|last, (\w+_\d+\/)+Fails_\d+ failed: cannot take this$/);
      for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) if (cause instanceof RangeError) return true;
      return assert.fail("the error itself is lost");
    });
  });
  test(`${name}: when it has failed it does not say that the data has ended`, async () => {
    const { subject, heard, rest, failed } = listenedTo(around(() => Fails()));
    subject.inboxes["inbox"]!.deliver("this");
    rest();
    assert.ok((await failed) instanceof ComponentFailure);
    assert.deepEqual(
      heard.filter(({ type }) => type !== "shutdownMicroprocess"),
      [],
    );
  });
}

/** The names of chassis, from the outermost to the innermost. */
const nestings = fc.array(fc.constantFrom(...Object.keys(chassis)), { minLength: 1, maxLength: 6 });
const nest = (names: readonly string[], make: Make): Any =>
  names.reduceRight<Make>((inner, name) => () => chassis[name]!(inner) as ReturnType<Make>, make)();

test("Any nesting of chassis passes on messages in order and producerFinished once, whatever the room", async () => {
  await fc.assert(
    fc.asyncProperty(nestings, fc.nat({ max: 300 }), fc.integer({ min: 1, max: 4 }), async (names, count, bound) => {
      const messages = Array.from({ length: count }, (_, i) => i);
      const { outbox, signal } = await drive(nest(names, Echo), { inbox: messages }, { bound });
      assert.deepEqual([outbox, signal], [messages, [producerFinished()]]);
    }),
    { numRuns: 60 },
  );
});
test("Any nesting of chassis stops when it is told, and passes failures on", async () => {
  await fc.assert(
    fc.asyncProperty(nestings, async (names) => {
      const log: string[] = [];
      const system = new System({ clock: new VirtualClock() });
      system.activate(nest(names, () => Guest(log)));
      await system.run();
      await system.stop();
      assert.deepEqual([log, system.live], [["told shutdownMicroprocess", "finally"], 0]);
      const failing = nest(names, () => Fails());
      failing.inboxes["inbox"]!.deliver("this");
      await assert.rejects(system.run(failing), /cannot take this$/);
      assert.equal(system.live, 0);
    }),
    { numRuns: 60 },
  );
});

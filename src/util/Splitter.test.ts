// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, producerFinished, shutdownMicroprocess, sleep, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Echo, Feed, ToList, VirtualClock } from "../testing/index.ts";
import { addsink, removesink } from "./sinks.ts";
import { Splitter } from "./Splitter.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const virtual = (): System => new System({ clock: new VirtualClock() });

/** Takes a number each second. */
function Slow(list: number[]): Component<{ inbox: number }, {}> {
  return component(Slow, {
    inboxes: { inbox: "numbers" },
    *main({ inbox }) {
      while (yield inbox) {
        list.push(inbox.recv());
        yield sleep(1000);
      }
    },
  });
}

test("Splitter() sends on what it receives, when nothing else was added", async () => {
  await drive(Splitter<number>(), { inbox: upTo(300) }).expect({ outbox: upTo(300), signal: [producerFinished()] });
});
test("Splitter() sends to all that were added by addsink messages (the original raised TypeError), and to its outbox", async () => {
  const [a, b]: number[][] = [[], []] as number[][];
  const system = virtual();
  const readers = [a!, b!].map((list) => system.activate(ToList(list)));
  const splitter = Splitter<number>();
  for (const { inboxes } of readers) splitter.inboxes.configuration.deliver(addsink(inboxes.inbox, { control: inboxes.control }));
  const list: number[] = [];
  await system.run(Pipeline(Feed(upTo(300)), splitter, ToList(list)));
  await system.run();
  assert.deepEqual([a, b, list, system.live], [upTo(300), upTo(300), upTo(300), 0]);
});
test("Splitter() sends no more to what was removed, and does not mind what was never added, or added twice", async () => {
  const [a, b]: number[][] = [[], []] as number[][];
  const system = virtual();
  const [first, second] = [a!, b!].map((list) => system.activate(ToList(list))) as [
    Component<{ inbox: number }, {}>,
    Component<{ inbox: number }, {}>,
  ];
  const splitter = system.activate(Splitter<number>());
  const { inbox, configuration } = splitter.inboxes;
  for (const { inboxes } of [first, second, first]) configuration.deliver(addsink(inboxes.inbox));
  await system.run();
  inbox.deliver(1);
  await system.run();
  configuration.deliver(removesink(first.inboxes.inbox));
  configuration.deliver(removesink(first.inboxes.inbox));
  inbox.deliver(2);
  await system.run();
  configuration.deliver(addsink(first.inboxes.inbox));
  inbox.deliver(3);
  await system.run();
  assert.deepEqual(
    [a, b],
    [
      [1, 3],
      [1, 2, 3],
    ],
  );
  splitter.stop();
  await system.run();
  assert.deepEqual([first.isStopped, second.isStopped], [false, false], "nobody said that their controls are to be told");
});
test("Splitter() waits for a place that is full, loses nothing and keeps the order (the original lost a message each turn; a PlugSplitter ended the system)", async () => {
  const [slow, fast]: number[][] = [[], []] as number[][];
  const system = virtual();
  const reader = system.activate(Slow(slow!));
  reader.setInboxSize("inbox", 2);
  const splitter = Splitter<number>();
  splitter.inboxes.configuration.deliver(addsink(reader.inboxes.inbox));
  await system.run(Pipeline(Feed(upTo(100)), splitter, ToList(fast!)));
  await system.run();
  assert.deepEqual([slow, fast, reader.inboxes.inbox.peak], [upTo(100), upTo(100), 3]);
});
test("Splitter() tells all controls it was given what ends it: after the messages that it has, or at once", async () => {
  for (const message of [producerFinished("end"), shutdownMicroprocess("now")]) {
    const system = virtual();
    const list: number[] = [];
    const reader = system.activate(ToList(list));
    const splitter = system.activate(Splitter<number>());
    splitter.inboxes.configuration.deliver(addsink(reader.inboxes.inbox, { control: reader.inboxes.control }));
    await system.run();
    for (const n of [1, 2]) splitter.inboxes.inbox.deliver(n);
    splitter.stop(message);
    await system.run();
    assert.deepEqual([list, reader.shutdown, system.live], [message.type === "producerFinished" ? [1, 2] : [], message, 0]);
  }
});
test("Splitter() lets go of a place with the component that it was added for", async () => {
  const system = virtual();
  const list: number[] = [];
  const reader = system.activate(ToList(list));
  const owner = system.activate(Echo());
  const splitter = system.activate(Splitter<number>());
  const { inbox, configuration } = splitter.inboxes;
  configuration.deliver(addsink(reader.inboxes.inbox, { owner }));
  inbox.deliver(1);
  await system.run();
  owner.stop();
  await system.run();
  inbox.deliver(2);
  await system.run();
  assert.deepEqual([list, Object.keys(splitter.outboxes)], [[1], ["outbox", "signal"]]);
  configuration.deliver(addsink(reader.inboxes.inbox, { owner }));
  inbox.deliver(3);
  await system.run();
  assert.deepEqual(list, [1], "its owner had ended before it was added");
  const [short, long] = [system.activate(Echo()), system.activate(Echo())];
  configuration.deliver(addsink(reader.inboxes.inbox, { owner: short }));
  await system.run();
  short.stop();
  configuration.deliver(addsink(reader.inboxes.inbox, { owner: long }));
  inbox.deliver(4);
  await system.run();
  assert.deepEqual(list, [1, 4], "another one has added it anew");
});
test("Splitter() sends from an outbox of somebody else, too: so a component passes on what it has no part in", async () => {
  const system = virtual();
  const list: number[] = [];
  const echo = Echo<number>();
  system.activate(Pipeline(echo, ToList(list)));
  const splitter = system.activate(Splitter<number>());
  splitter.inboxes.configuration.deliver(addsink(echo.outboxes.outbox));
  splitter.inboxes.inbox.deliver(1);
  await system.run();
  assert.deepEqual([list, echo.inboxes.inbox.tail], [[1], 0]);
});
test("Splitter() counts what goes nowhere", async () => {
  const system = virtual();
  const splitter = system.activate(Splitter<number>());
  splitter.inboxes.inbox.deliver(1);
  await system.run();
  assert.equal(splitter.outboxes.outbox.drops, 1);
});
test("Splitter() fails on a configuration that it does not understand (the original ignored it)", async () => {
  await assert.rejects(drive(Splitter(), { configuration: ["addsink" as never] }), {
    message: "Splitter_1 failed: Cannot change the sinks of Splitter_1: got addsink; send addsink(…) or removesink(…)",
  });
});
test("Splitter(): a place that takes other messages does not compile", () => {
  const { configuration } = Splitter<number>().inboxes;
  // @ts-expect-error -- numbers for one who takes strings
  configuration.deliver(addsink(ToList<string>([]).inboxes.inbox));
  configuration.deliver(addsink(ToList<string | number>([]).inboxes.inbox));
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { Echo, Fails, Feed, ToList, VirtualClock } from "../testing/index.ts";
import { Backplane } from "./Backplane.ts";
import { FirstOnly } from "./FirstOnly.ts";
import { Plug } from "./Plug.ts";
import { PublishTo } from "./PublishTo.ts";
import { Splitter } from "./Splitter.ts";
import { Take } from "./Take.ts";

const virtual = (): System => new System({ clock: new VirtualClock() });

test("Plug() gives a component a copy of what passes a Splitter, and ends it with the Splitter", async () => {
  const system = virtual();
  const [plugged, passed]: number[][] = [[], []] as number[][];
  const splitter = Splitter<number>();
  system.activate(Plug(splitter, ToList(plugged!)));
  await system.run();
  await system.run(Pipeline(Feed([1, 2, 3]), splitter, ToList(passed!)));
  await system.run();
  assert.deepEqual([plugged, passed, system.live], [[1, 2, 3], [1, 2, 3], 0]);
});
test("Plug() is as the component in it for everybody else: inbox, outbox, control, signal", async () => {
  const system = virtual();
  const list: number[] = [];
  const splitter = system.activate(Splitter<number>());
  const plug = Plug(splitter, Echo<number>());
  const pipeline = system.activate(Pipeline(plug, ToList(list)));
  await system.run();
  plug.inboxes.inbox.deliver(1);
  await system.run();
  splitter.inboxes.inbox.deliver(2);
  await system.run();
  plug.stop(producerFinished());
  await system.run();
  assert.deepEqual([list, pipeline.isStopped, splitter.isStopped], [[1, 2], true, false]);
});
test("Plug() ends when the component in it does, and the Splitter forgets it (the original changed a dictionary while reading it)", async () => {
  const system = virtual();
  const list: number[] = [];
  const splitter = system.activate(Splitter<number>());
  for (let i = 0; i < 3; i++) system.activate(Pipeline(Plug(splitter, Take<number>(2)), ToList(list)));
  await system.run();
  for (const n of [1, 2, 3, 4]) {
    splitter.inboxes.inbox.deliver(n);
    await system.run();
  }
  assert.deepEqual([list, system.live], [[1, 1, 1, 2, 2, 2], 1]);
  assert.deepEqual(Object.keys(splitter.outboxes), ["outbox", "signal"]);
});
test("Plug() passes a failure on, and lets go", async () => {
  const system = virtual();
  const splitter = Splitter<number>();
  system.activate(Plug(splitter, Fails<number>()));
  system.activate(Pipeline(Feed([1]), splitter));
  await assert.rejects(system.run(), { message: "Plug_1/Fails_3 failed: cannot take 1" });
});
test("Plug() plugs into a Backplane as well", async () => {
  const system = virtual();
  const list: number[] = [];
  const backplane = system.activate(Backplane<number>("numbers"));
  system.activate(Plug(backplane, ToList(list)));
  await system.run();
  await system.run(Pipeline(Feed([1, 2]), PublishTo("numbers")));
  await system.run();
  assert.deepEqual(list, [1, 2]);
});
test("Plug() refuses a component that is another one's child", () => {
  const first = FirstOnly();
  Pipeline(first);
  assert.throws(() => Plug(Splitter(), first), { message: "Cannot make FirstOnly a child of Plug: it is a child of Pipeline already" });
});
test("Plug() does not compile for a component that takes other messages", () => {
  // @ts-expect-error -- numbers for one who takes strings
  Plug(Splitter<number>(), ToList<string>([]));
  Plug(Splitter<number>(), ToList<string | number>([]));
});
test("Plug() into a Splitter that has ended tells its component so, rather than let it wait for ever", async () => {
  const system = virtual();
  const splitter = Splitter<number>();
  await system.run(Pipeline(Feed([1]), splitter));
  const plug = system.activate(Plug(splitter, Echo<number>()));
  await system.run();
  assert(plug.isStopped);
  assert.deepEqual(plug.shutdown?.type ?? "producerFinished", "producerFinished");
});
test("Plug() into a Splitter that is being stopped tells its component so", async () => {
  const system = virtual();
  const splitter = system.activate(Splitter<number>());
  const plug = system.activate(Plug(splitter, Echo<number>()));
  splitter.stop(); // before it has read who is plugged in
  await system.run();
  assert(plug.isStopped);
});

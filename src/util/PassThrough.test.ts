// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed, ToList } from "../testing/index.ts";
import { PassThrough } from "./PassThrough.ts";

const numbers = Array.from({ length: 300 }, (_, i) => i);

test("PassThrough() sends on what it receives, then what ends it", async () => {
  await drive(PassThrough<number>(), { inbox: numbers }).expect({ outbox: numbers, signal: [producerFinished()] });
});
test("PassThrough() stops at once on shutdownMicroprocess", async () => {
  const { outbox, signal } = await drive(PassThrough(), { inbox: [1] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([outbox, signal], [[], [shutdownMicroprocess()]]);
});
test("PassThrough({ shutdownOn: shutdownMicroprocess }) passes producerFinished on, after what came before, and goes on", async () => {
  const system = new System({ manual: true });
  const pass = system.activate(PassThrough<number>({ shutdownOn: ["shutdownMicroprocess"] }));
  const order: unknown[] = [];
  const reader = system.activate(ToList(order));
  for (const box of ["outbox", "signal"]) reader.link([pass, box], reader.inboxes.inbox);
  const rest = (): void => {
    while (system.step() !== undefined);
  };
  for (const n of [1, 2]) pass.inboxes.inbox.deliver(n);
  pass.stop(producerFinished("the first"));
  rest();
  pass.inboxes.inbox.deliver(3);
  rest();
  assert.deepEqual([order, pass.isStopped], [[1, 2, producerFinished("the first"), 3], false]);
  pass.stop();
  rest();
  assert.deepEqual([order.at(-1), pass.isStopped], [shutdownMicroprocess(), true]);
});
test("PassThrough({ shutdownOn: producerFinished }) passes shutdownMicroprocess on, at once, and goes on", async () => {
  const system = new System({ manual: true });
  const pass = system.activate(PassThrough<number>({ shutdownOn: ["producerFinished"] }));
  const order: unknown[] = [];
  const reader = system.activate(ToList(order));
  for (const box of ["outbox", "signal"]) reader.link([pass, box], reader.inboxes.inbox);
  pass.inboxes.inbox.deliver(1);
  pass.stop();
  while (system.step() !== undefined);
  assert.deepEqual([order, pass.isStopped], [[shutdownMicroprocess(), 1], false]);
  pass.stop(producerFinished());
  while (system.step() !== undefined);
  assert.deepEqual([order.at(-1), pass.isStopped], [producerFinished(), true]);
});
test("PassThrough({ shutdownOn }) sends all before producerFinished also when its reader is slow", async () => {
  const list: number[] = [];
  await new System().run(
    Pipeline.with({ boxSize: 2 })(Feed(numbers), PassThrough<number>({ shutdownOn: ["producerFinished"] }), ToList(list)),
  );
  assert.deepEqual(list, numbers);
});
test("PassThrough({ shutdownOn }) refuses to end on what is no shutdown", () => {
  assert.throws(() => PassThrough({ shutdownOn: ["finished" as "producerFinished"] }), RangeError);
});

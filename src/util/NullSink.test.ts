// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed, stepper } from "../testing/index.ts";
import { NullSink } from "./NullSink.ts";

test("NullSink() takes everything, and ends when it is told to", async () => {
  const sink = NullSink<number>();
  await new System().run(Pipeline(Feed(Array.from({ length: 1000 }, (_, i) => i)), sink));
  assert.deepEqual([sink.inboxes.inbox.head, sink.inboxes.inbox.length], [1000, 0]);
  assert.deepEqual((await drive(NullSink(), { inbox: [1] })).signal, [producerFinished()]);
});
test("NullSink() sleeps while nothing comes (the original took 16 % of a processor)", () => {
  const system = new System({ manual: true });
  system.activate(NullSink());
  assert.equal(stepper(system).rest().length, 1);
});

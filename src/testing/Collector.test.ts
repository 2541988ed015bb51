// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { Collector } from "./Collector.ts";
import { Echo, Feed } from "./parts.ts";

test("Collector() takes as many messages as it is asked to", () => {
  const feed = Feed(["a", "b", "c"]);
  const collector = new Collector(feed, "outbox", Infinity);
  const system = new System({ manual: true });
  system.activate(feed);
  while (system.step() !== undefined);
  assert.equal(collector.take(2), true);
  assert.deepEqual(collector.collected, ["a", "b"]);
  assert.equal(collector.take(), true);
  assert.deepEqual(collector.collected, ["a", "b", "c"]);
  assert.equal(collector.take(), false);
});
test("Collector() refuses an outbox that is not there", () => {
  assert.throws(() => new Collector(Echo(), "out", 1), {
    message: 'Cannot link Echo.out: Echo has no outbox "out", only "outbox", "signal"',
  });
});
test("Collector() is not meant to run", async () => {
  const collector = new Collector(Echo(), "outbox", 1);
  await assert.rejects(new System().run(collector), {
    message: "Collector_1 failed: Cannot run a Collector: it only holds what others send",
  });
});

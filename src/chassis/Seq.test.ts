// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { at, drive, Echo, Feed } from "../testing/index.ts";
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
test("Seq() hears its control (the original was deaf to it)", async () => {
  let started = false;
  const second = (): ReturnType<typeof Echo> => ((started = true), Echo());
  const { signal } = await drive(Seq(Echo(), second), {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([signal, started], [[shutdownMicroprocess()], false]);
});
test("Seq() lets all take their turn on producerFinished", async () => {
  assert.deepEqual((await drive(Seq(Echo(), Feed([1]), Echo()))).outbox, [1]);
});

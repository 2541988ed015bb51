// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { ComponentFailure, producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { drive, Echo, Fails, Feed } from "../testing/index.ts";
import { PAR } from "./PAR.ts";

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
test("PAR() tells all on shutdownMicroprocess, and waits for them", async () => {
  const parts = [Echo(), Echo()];
  assert.deepEqual((await drive(PAR(...parts), {}, { shutdown: "shutdownMicroprocess" })).signal, [shutdownMicroprocess()]);
  assert.ok(parts.every((part) => part.isStopped));
});
test("PAR() fails with the component that failed", async () => {
  const run = new System().run(PAR(Feed([1]), Object.assign(Fails(), {})));
  const par = PAR(Echo<number>(), Fails<number>());
  await assert.rejects(
    drive(par, { inbox: [1] }),
    (error: unknown) => error instanceof ComponentFailure && /PAR_\d\/Fails_\d/.test(error.component),
  );
  await run;
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, stepper, VirtualClock } from "../testing/index.ts";
import { Chargen } from "./Chargen.ts";
import { FirstOnly } from "./FirstOnly.ts";
import { Sleepy } from "./parts.ts";

test('Chargen() sends "Hello World" until it is told to stop (the original could not be stopped)', async () => {
  for (const shutdown of ["producerFinished", "shutdownMicroprocess"] as const) {
    const { outbox, signal } = await drive(Chargen(), {}, { shutdown });
    assert.deepEqual([[...new Set(outbox)], signal[0]?.type], [["Hello World"], shutdown]);
  }
});
test("Chargen() sends no more than its receiver takes", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  const sink = Sleepy(1000);
  system.activate(Pipeline.with({ boxSize: 10 })(Chargen(), sink));
  stepper(system).rest();
  assert.equal(sink.inboxes.inbox.length, 11); // one is accepted by the full box, and its sender held
});
test("Chargen() in a Pipeline ends with it", async () => {
  const system = new System();
  system.activate(Pipeline(Chargen(), FirstOnly<string>()));
  await system.stop();
  assert.equal(system.live, 0);
});

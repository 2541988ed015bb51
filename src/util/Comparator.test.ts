// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { at, drive, stepper } from "../testing/index.ts";
import { Comparator } from "./Comparator.ts";

test("Comparator() says of each pair whether both are the same", async () => {
  await drive(Comparator<number>(), { inA: [1, 2, -0], inB: [1, 3, 0] }).expect({ outbox: [true, false, true] });
});
test("Comparator() takes another function", async () => {
  await drive(
    Comparator((a: number, b: string) => `${a}${b}`),
    { inA: [1, 2], inB: ["a", "b"] },
  ).expect({ outbox: ["1a", "2b"] });
});
test("Comparator() waits for the partner of each message", async () => {
  await drive(Comparator<number>(), { inA: at({ 0: 1, 10: 2 }), inB: at({ 50: 1, 60: 2, 70: 3 }) }).expect({ outbox: [true, true] });
});
test("Comparator() waits without working, also when only one half of a pair has come (the original did not)", () => {
  const system = new System({ manual: true });
  const comparator = Comparator<number>();
  system.activate(comparator);
  const steps = stepper(system);
  assert.equal(steps.rest().length, 1);
  comparator.inboxes.inB.deliver(1);
  assert.ok(steps.rest().length <= 1);
  comparator.inboxes.inA.deliver(1);
  assert.ok(steps.rest().length <= 2);
});

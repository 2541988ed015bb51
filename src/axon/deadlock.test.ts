// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { type Component, sleep, System } from "./index.ts";

/** Sends two messages, and then asks for its next turn. */
function Filler(): Component<any, any> {
  return make("Filler", function* (_, { outbox }) {
    outbox.send(1);
    outbox.send(2);
    yield;
  });
}

test("point 3: 20,000 components that wait for room in one box outside are explained at once", async () => {
  const system = new System();
  const never = Echo();
  for (let i = 0; i < 20_000; i++) {
    const filler = Filler();
    filler.link(filler.outboxes["outbox"]!, never.inboxes.inbox);
    system.activate(filler);
  }
  const before = process.cpuUsage();
  await assert.rejects(system.run(), {
    name: "Deadlock",
    message: /^Cannot go on: deadlock: Filler_65 .*, and Echo was never activated;/,
  });
  const { user } = process.cpuUsage(before);
  assert.ok(user < 5e6, `it took ${user / 1e6} s`);
});
test("point 3: the error says so when the full box belongs to another system", async () => {
  const [here, there] = [new System(), new System()];
  const sleeper = make("Sleeper", function* () {
    while (yield sleep(Infinity));
  });
  sleeper.setInboxSize("inbox", 1);
  const filler = Filler();
  filler.link(filler.outboxes["outbox"]!, sleeper.inboxes["inbox"]!);
  there.activate(sleeper);
  await assert.rejects(here.run(filler), {
    name: "Deadlock",
    message:
      "Cannot go on: deadlock: Filler_1 waits for room in Sleeper_1.inbox (2 of 1), and Sleeper_1 is in another system; give the box more room, or read it before sending",
  });
  await there.stop();
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { DrivenSystem } from "./DrivenSystem.ts";
import { Echo } from "./parts.ts";
import { VirtualClock } from "./VirtualClock.ts";

test("DrivenSystem.outside() answers true as soon as somebody has something to do", async () => {
  const system = new DrivenSystem({});
  const echo = system.activate(Echo());
  while (system.step() !== undefined);
  const came = system.outside(60_000);
  echo.inboxes.inbox.deliver(1);
  assert.equal(await came, true);
});
test("DrivenSystem.outside() answers true when something outside is over", async () => {
  const system = new DrivenSystem({});
  const over = system.expect("a connection");
  const came = system.outside(60_000);
  over();
  assert.equal(await came, true);
});
test("DrivenSystem.outside() answers false when its patience is over", async () => {
  assert.equal(await new DrivenSystem({}).outside(0), false);
});
test("DrivenSystem asks onIdle before time moves on", () => {
  const clock = new VirtualClock();
  const system = new DrivenSystem({ clock });
  const times: number[] = [];
  clock.setTimer(() => {}, 1000);
  system.onIdle = () => times.push(clock.now()) < 3;
  system.coming = 1;
  system.step();
  assert.deepEqual(times.slice(0, 3), [0, 0, 0]);
  assert.equal(clock.now(), 1000);
});

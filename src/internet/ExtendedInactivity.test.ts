// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive, Echo, VirtualClock } from "../testing/index.ts";
import { ExtendedInactivity } from "./ExtendedInactivity.ts";

test("ExtendedInactivity() takes the timeout with each component", async () => {
  const make = ExtendedInactivity((_name: string) => Echo<number>());
  for (const timeout of [100, 5000]) {
    const clock = new VirtualClock();
    await drive(make({ timeout }, "echo"), {}, { clock, shutdown: false });
    assert.equal(clock.now(), timeout);
  }
});

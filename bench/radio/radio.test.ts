// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

test("a radio plays to 200 listeners, and all of them hear it", { timeout: 60_000 }, () => {
  const words = [join(import.meta.dirname, "listeners.ts"), "ours", "ours.server.ts", "200", "2"];
  const { stdout, status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { value, also } = JSON.parse(stdout);
  assert.ok(value > 0.5, stdout); // a piece is an eighth, and who is late to read has some to come
  assert.equal(also["connections lost"], 0);
  assert.ok(also["MiB more in the second half"] < 50, stdout); // that it is measured; how flat it is, only a longer run can say
});

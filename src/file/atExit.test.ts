// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { atExit } from "./atExit.ts";

test("atExit() needs one listener, and only while there is something to do", () => {
  const before = process.listenerCount("exit");
  const forget = Array.from({ length: 20 }, () => atExit(() => {}));
  assert.equal(process.listenerCount("exit"), before + 1);
  for (const each of forget) each();
  assert.equal(process.listenerCount("exit"), before);
});
test("atExit() has it done when the process ends, also by an error", () => {
  const program = `
    import { atExit } from "${new URL("atExit.ts", import.meta.url).href}";
    atExit(() => console.log("one"));
    atExit(() => console.log("two"))();
    atExit(() => console.log("three"));
    throw new Error("a fault");
  `;
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8", timeout: 20_000 });
  assert.deepEqual([stdout, status], ["one\nthree\n", 1]);
});

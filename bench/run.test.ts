// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../tools/lib/tree.ts";

test("npm run bench says how it is used, and what is wrong with its arguments, and measures nothing", () => {
  const help = run("bench/run.ts", ".", ["--help"]);
  assert.deepEqual([help.code, help.err], [0, ""]);
  assert.match(help.out, /^Usage:\n {2}npm run bench [^]*\n\nWorks: pipeline, .+\n$/);
  for (const [words, what] of [
    [["--quik"], /^Unknown option '--quik'\nUsage:\n/],
    [["pipelines"], /^Cannot measure pipelines: there is only pipeline, .+\nUsage:\n/],
  ] as const) {
    const { code, out, err } = run("bench/run.ts", ".", words);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, what);
  }
});

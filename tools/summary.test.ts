// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { test, type TestContext } from "node:test";
import { tree } from "./lib/tree.ts";

/** Runs test files as the gate does, each for so long at most. */
function runTests(t: TestContext, files: Readonly<Record<string, string>>, seconds = 50): { code: number | null; lines: string[] } {
  const root = tree(t, { "package.json": '{ "type": "module" }', ...files });
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const words = [`--import=${resolve("tools/limit.mjs")}`, "--test", `--test-reporter=${resolve("tools/summary.ts")}`];
  const { status, stdout } = spawnSync(
    process.execPath,
    [...words, "--test-reporter-destination=stdout", ...Object.keys(files).map((name) => join(root, name))],
    {
      cwd: root,
      encoding: "utf8",
      env: { ...env, KAMAELIA_TEST_SECONDS: `${seconds}` },
      timeout: 60_000,
    },
  );
  return { code: status, lines: stdout.trimEnd().split("\n") };
}

test("summary ends with why tests were skipped, the runner's own counts, and their sum", (t) => {
  const { code, lines } = runTests(t, {
    "a.test.ts": `import { describe, it, test } from "node:test";
      test("a", () => {});
      test("b", { skip: "needs nc" }, () => {});
      test("c", { skip: "needs nc" }, () => {});
      test("d", { skip: "needs chromium" }, () => {});
      describe("e", () => { it("f", () => {}); });`,
  });
  assert.equal(code, 0);
  assert.match(lines[0]!, /^ {2}a\.test\.ts: 2 passed, 3 skipped \(\d+\.\d s\)$/);
  const [last, ...before] = lines.toReversed();
  assert.equal(last, "2 passed, 0 failed, 3 skipped");
  assert.deepEqual(
    before
      .filter((line) => line.startsWith("ℹ"))
      .map((line) => line.replace(/[\d.]+$/, ""))
      .toReversed(),
    ["tests", "suites", "pass", "fail", "cancelled", "skipped", "todo", "duration_ms"].map((name) => `ℹ ${name} `),
  );
  assert.ok(lines.includes("2 skipped: needs nc") && lines.includes("1 skipped: needs chromium"));
});

test("summary shows failures in full, once, with their causes, and counts them", (t) => {
  const { code, lines } = runTests(t, {
    "a.test.ts": `import { test } from "node:test";
      test("outer", async (t) => {
        await t.test("inner", () => { throw new RangeError("too far", { cause: new Error("no brakes") }); });
      });`,
  });
  assert.equal(code, 1);
  assert.equal(lines.filter((line) => line.startsWith("not ok")).join(), "not ok: inner");
  assert.ok(lines.some((line) => line.includes("RangeError: too far")));
  assert.ok(lines.some((line) => line.includes("caused by: Error: no brakes")));
  assert.equal(lines.at(-1), "0 passed, 2 failed, 0 skipped");
});

test("a test file that does not end by itself fails, and says what keeps it alive", (t) => {
  const file = 'import { test } from "node:test"; test("a", () => {}); setInterval(() => {}, 1000);';
  const { code, lines } = runTests(t, { "a.test.ts": file }, 4);
  assert.equal(code, 1);
  assert.ok(lines.some((line) => line.endsWith("a.test.ts did not end within 4 s; still there: Timeout")));
  assert.equal(lines.at(-1), "1 passed, 1 failed, 0 skipped");
});

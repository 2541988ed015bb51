// SPDX-License-Identifier: Apache-2.0
// The gate: everything that must hold before a change lands. Shows each step as it goes, goes on after a failure, and fails at the end.
import { spawn } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { availableParallelism } from "node:os";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

const node = process.execPath;
const bin = (name: string): string => `node_modules/.bin/${name}`;
const tests = globSync(["src/**/*.test.ts", "tools/**/*.test.ts", "apps/**/*.test.ts", "examples/**/*.test.ts"]).sort();

const steps: Step[] = [
  { name: "format", command: [bin("oxfmt"), "--check", "."] },
  { name: "lint", command: [bin("oxlint"), "--quiet"] },
  { name: "types", command: [bin("tsc"), "-p", "."] },
  { name: "layers", command: [node, "tools/check-layers.ts"] },
  { name: "files", command: [node, "tools/check-files.ts"] },
  { name: "type tests", command: [bin("tstyche")] },
  { name: "compiler messages", command: [node, "tools/mistakes.ts"] },
  { name: "parity", command: [node, "tools/parity.ts", "--check"] },
  { name: "unused code", command: [bin("knip"), "--no-progress"] },
  { name: "package", command: [node, "tools/check-package.ts"] },
  {
    name: "tests",
    command: [
      node,
      "--test",
      "--test-reporter=dot",
      "--test-reporter-destination=stdout",
      "--test-reporter=./tools/summary.ts",
      "--test-reporter-destination=stdout",
      `--test-concurrency=${availableParallelism()}`,
      ...tests,
    ],
  },
];

const only = process.argv.slice(2);
const failed: string[] = [];
let summary = "";
for (const step of steps) {
  if (only.length > 0 && !only.includes(step.name)) continue;
  const script = step.command.find((word) => word.startsWith("tools/") && word.endsWith(".ts"));
  if (step.name !== "tests" && script !== undefined && !existsSync(script)) continue;
  process.stdout.write(`${step.name} … `);
  const start = performance.now();
  const { code, output } = await run(step);
  const time = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  console.log(code === 0 ? `ok (${time})` : `FAILED (${time})`);
  if (code !== 0) failed.push(step.name);
  if (code !== 0 && step.name !== "tests") console.log(output.trimEnd());
  if (step.name === "tests") summary = output.trimEnd();
}
if (summary !== "") console.log(summary);
if (failed.length > 0) {
  console.error(`Not ok: ${failed.join(", ")}`);
  process.exit(1);
}

/** Runs a step; the tests' output is shown as it comes, because they take a while. */
function run(step: Step): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const [program, ...words] = step.command;
    const child = spawn(program!, words, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, FORCE_COLOR: "0" } });
    let output = "";
    const add = (text: Buffer): void => void (output += text.toString());
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    child.on("close", (code) => resolve({ code, output }));
  });
}

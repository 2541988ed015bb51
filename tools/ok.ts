// SPDX-License-Identifier: Apache-2.0
// The gate: everything that must hold before a change lands. Shows each step as it goes, goes on after a failure, and fails at the end.
//   npm run ok                   all steps
//   npm run ok -- types tests    only these
//   npm run ok -- tests src/chassis/*.test.ts    only these test files
import { spawn } from "node:child_process";
import { existsSync, globSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, dirname, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Shown as it comes, because it takes a while. Default: shown only if the step fails. */
  readonly live?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Why there is nothing to do. */
  readonly skip?: string | false;
}

/** Seconds after which a step is taken to hang. */
const LIMIT = 1200;
/** Hundreds of programs that start compile the same sources once. */
const COMPILED = resolve(".cache/compiled");
const node = process.execPath;
const words = process.argv.slice(2);
const testFiles = words.filter((word) => word.endsWith(".ts"));
const only = words.filter((word) => !word.endsWith(".ts"));
if (testFiles.length > 0 && only.length === 0) only.push("tests");

const steps: Step[] = [
  { name: "format", command: npmTool("oxfmt", "--check", ".") },
  { name: "lint", command: npmTool("oxlint", "--deny-warnings") },
  { name: "types", command: npmTool("tsc", "-p", ".") },
  { name: "types in a browser", command: npmTool("tsc", "-p", "tools/tsconfig.browser.json") },
  { name: "any", command: [node, "tools/check-any.ts"] },
  { name: "layers", command: [node, "tools/check-layers.ts"] },
  { name: "files", command: [node, "tools/check-files.ts"] },
  { name: "exports", command: [node, "tools/check-exports.ts"] },
  {
    name: "type tests",
    command: npmTool("tstyche"),
    env: { TSTYCHE_TYPESCRIPT_MODULE: import.meta.resolve("./typescript6/node_modules/typescript/lib/typescript.js") },
    skip: globSync("src/**/*.tst.ts").length === 0 && "there is no src/**/*.tst.ts",
  },
  { name: "compiler messages", command: [node, "tools/mistakes.ts"] },
  { name: "cookbook", command: [node, "tools/cookbook.ts"] },
  { name: "parity", command: [node, "tools/parity.ts", "--check"], skip: !existsSync("tools/parity.ts") && "there is no tools/parity.ts" },
  { name: "unused code", command: npmTool("knip", "--no-progress", "--no-config-hints") },
  { name: "package", command: [node, "tools/check-package.ts"] },
  { name: "tests", command: [node, ...testRun()], live: true, env: { NODE_COMPILE_CACHE: COMPILED } },
];

const known = steps.map(({ name }) => name);
const unknown = only.find((name) => !known.includes(name));
if (unknown !== undefined) {
  console.error(`Cannot run the step "${unknown}": there are only "${known.join('", "')}"`);
  process.exit(1);
}

const failed: string[] = [];
const begin = performance.now();
for (const step of steps) {
  if (only.length > 0 && !only.includes(step.name)) continue;
  if (typeof step.skip === "string") {
    console.log(`${step.name} … nothing to do: ${step.skip}`);
    continue;
  }
  if (step.name === "tests") rmSync(COMPILED, { recursive: true, force: true }); // programs of tests come and go: it would only grow
  process.stdout.write(`${step.name} …${step.live === true ? "\n" : " "}`);
  const start = performance.now();
  const { ok, output } = await run(step);
  if (!ok) failed.push(step.name);
  console.log(`${step.live === true ? `${step.name} ` : ""}${ok ? "ok" : "FAILED"} (${seconds(start)})`);
  if (!ok && step.live !== true) console.log(indent(output));
}
if (failed.length > 0) console.error(`Not ok: ${failed.join(", ")} (${seconds(begin)})`);
else console.log(`All ok (${seconds(begin)})`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Answers how it ended, and what it wrote. */
function run({ command: [program = "", ...args], env, live = false }: Step): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const PATH = [dirname(node), process.env["PATH"], "/usr/games"].join(delimiter); // for npm's tools, which start with "env node"; for fortune
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      env: { ...process.env, NO_COLOR: "1", ...env, PATH },
    });
    let output = "";
    const add = (text: string): void => {
      output += text;
      if (live) process.stdout.write(text);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", add);
    const kill = (): void => void (child.pid !== undefined && process.kill(-child.pid, "SIGKILL"));
    const interrupt = (): void => (kill(), process.exit(130));
    const timer = setTimeout(() => (add(`\nstopped: it did not end within ${LIMIT} s\n`), kill()), LIMIT * 1000);
    process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
    const end = (ok: boolean): void => {
      clearTimeout(timer);
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
      resolve({ ok, output });
    };
    child.on("error", (error) => (add(`Cannot run ${program}: ${error.message}\n`), end(false)));
    child.on("close", (code) => end(code === 0));
  });
}

function npmTool(name: string, ...args: string[]): string[] {
  return [`node_modules/.bin/${name}`, ...args];
}

/** How node runs the tests: each file a process, at most 90 s for one test, see limit.mjs for files. */
function testRun(): string[] {
  const all = globSync("{src,apps,examples,bench,tools}/**/*.test.ts", { exclude: (name) => name.includes("node_modules") });
  const files = testFiles.length > 0 ? testFiles : all;
  return [
    "--import=./tools/limit.mjs",
    "--test",
    "--test-timeout=90000",
    "--test-reporter=./tools/summary.ts",
    "--test-reporter-destination=stdout",
    `--test-concurrency=${availableParallelism()}`,
    ...files.toSorted(),
  ];
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function indent(text: string): string {
  return `  ${stripVTControlCharacters(text).trim().replaceAll("\n", "\n  ")}`;
}

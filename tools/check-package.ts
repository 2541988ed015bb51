// SPDX-License-Identifier: Apache-2.0
// Builds the package, packs it as it would be published, and uses it like a stranger: publint, attw, two compilers, a bundler, and all supported
// versions of Node.js.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const CONSUMER = ".cache/consumer";
const node = process.execPath;
const bin = (name: string): string => `node_modules/.bin/${name}`;
const faults: string[] = [];

must("Cannot set up", [node, "tools/setup.mjs", "tools/runtimes", "tools/typescript6"]);
must("Cannot build the package", [node, "tools/build.ts"]);
const tarball = pack();
install(tarball);
attempt("publint", [bin("publint"), tarball, "--strict"]);
attempt("attw", [bin("attw"), tarball, "--profile", "esm-only", "--format", "ascii"]);
attempt("declarations, TypeScript 7", [bin("tsc"), "-p", CONSUMER]);
attempt("declarations, TypeScript 6", [node, "tools/typescript6/node_modules/typescript/bin/tsc", "-p", CONSUMER]);
attempt("bundle for a browser", [
  bin("esbuild"),
  "--bundle",
  "--format=esm",
  "--log-level=warning",
  `--outfile=${CONSUMER}/page.js`,
  `${CONSUMER}/browser.js`,
]);
for (const [name, runtime] of runtimes()) attempt(name, [runtime, `${CONSUMER}/run.mjs`]);
if (faults.length > 0) {
  console.error(faults.join("\n\n"));
  process.exit(1);
}

/** Makes the file that would be published. */
function pack(): string {
  mkdirSync(".cache", { recursive: true });
  const listing = must("Cannot pack", ["npm", "pack", "./dist", "--json", "--ignore-scripts", "--pack-destination", ".cache"]);
  const [{ filename }] = JSON.parse(listing) as [{ filename: string }];
  return join(".cache", filename);
}

/** Unpacks it where a program that depends on it would have it. */
function install(from: string): void {
  rmSync(CONSUMER, { recursive: true, force: true });
  cpSync("tools/consumer", CONSUMER, { recursive: true });
  const home = join(CONSUMER, "node_modules/kamaelia");
  mkdirSync(home, { recursive: true });
  must("Cannot unpack", ["tar", "-xzf", from, "-C", home, "--strip-components=1"]);
}

/** The Node.js that runs this, and those of tools/runtimes that suit this system. */
function runtimes(): [name: string, program: string][] {
  const { optionalDependencies } = JSON.parse(readFileSync("tools/runtimes/package.json", "utf8")) as {
    optionalDependencies: Record<string, string>;
  };
  const others = Object.entries(optionalDependencies).map(([name, version]): [string, string] => [
    `Node.js ${version.split("@").at(-1)}`,
    `tools/runtimes/node_modules/${name}/bin/node`,
  ]);
  return [[`Node.js ${process.versions.node}`, node], ...others.filter(([, program]) => existsSync(program))];
}

/** Runs a command, and notes what it says if it fails. */
function attempt(what: string, [program = "", ...words]: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: "utf8", timeout: 120_000 });
  console.log(`${what}: ${status === 0 ? "ok" : "failed"}`);
  if (status !== 0) faults.push(`${what}:\n${error?.message ?? ""}${stdout}${stderr}`);
}

/** Runs a command that the rest depends on, and answers what it printed. */
function must(what: string, [program = "", ...words]: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: "utf8" });
  if (status === 0) return stdout;
  console.error(`${what}: ${error?.message ?? `${stdout}${stderr}`}`);
  process.exit(1);
}

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { type Outcome, run, tree } from "./lib/tree.ts";

interface Package {
  readonly version: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}
type Packages = Readonly<Record<string, Package>>;

const A: Package = { version: "1.0.0" };

/** A clone with a lock file, what is installed, and an npm that notes how it is called. */
function clone(t: TestContext, locked: Packages, installed?: Packages): string {
  const root = tree(t, {
    "package-lock.json": JSON.stringify({ packages: { "": {}, ...locked } }),
    "tools/peers.json": JSON.stringify({ "no-such-peer": ["no-such-package"] }),
    "bin/npm": `#!/bin/sh\necho "$@" in $(pwd) >> ${"$"}{0%/*}/calls\n`,
    "bin/calls": "",
  });
  copyFileSync("tools/setup.mjs", join(root, "tools/setup.mjs"));
  chmodSync(join(root, "bin/npm"), 0o755);
  if (installed === undefined) return root;
  for (const place of Object.keys(installed)) write(join(root, place, "package.json"), "{}");
  write(join(root, "node_modules/.package-lock.json"), JSON.stringify({ packages: installed }));
  return root;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Runs the set-up where only that npm, and no apt-get, can be found. */
function setUp(root: string, ...words: string[]): Outcome & { calls: string[] } {
  const outcome = run(join(root, "tools/setup.mjs"), root, words, { PATH: `${join(root, "bin")}:/no/such/folder` });
  return { ...outcome, calls: readFileSync(join(root, "bin/calls"), "utf8").trim().split("\n").filter(Boolean) };
}

test("setup installs exactly what is locked, without running install scripts, where nothing is installed", (t) => {
  const root = clone(t, { "node_modules/a": A });
  const { code, out, calls } = setUp(root);
  assert.equal(code, 0);
  assert.equal(out, "Setting up: installing the npm packages (this once; seconds to a minute) …\n");
  assert.equal(calls.length, 1);
  assert.match(calls[0]!, /^ci --ignore-scripts .*--include=dev/);
});

test("setup is silent and does nothing where all that is locked is installed", (t) => {
  const { code, out, calls } = setUp(clone(t, { "node_modules/a": A }, { "node_modules/a": A }));
  assert.deepEqual({ code, out, calls }, { code: 0, out: "", calls: [] });
});

test("setup installs again after another version was locked, a package was added, or one was deleted", (t) => {
  const changed = clone(t, { "node_modules/a": { version: "2.0.0" } }, { "node_modules/a": A });
  const added = clone(t, { "node_modules/a": A, "node_modules/b": A }, { "node_modules/a": A });
  const removed = clone(t, {}, { "node_modules/a": A });
  assert.deepEqual(
    [changed, added, removed].map((root) => setUp(root).calls.length),
    [1, 1, 1],
  );
});

test("setup does not miss packages that are made for other systems, but does miss those made for this one", (t) => {
  const other = { version: "1.0.0", optional: true, os: ["vms"], cpu: ["vax"] };
  const mine = { version: "1.0.0", optional: true, os: [process.platform], cpu: [process.arch] };
  assert.equal(setUp(clone(t, { "node_modules/a": A, "node_modules/other": other }, { "node_modules/a": A })).calls.length, 0);
  assert.equal(setUp(clone(t, { "node_modules/a": A, "node_modules/mine": mine }, { "node_modules/a": A })).calls.length, 1);
});

test("setup installs the folders it is told, too, if they have packages", (t) => {
  const root = clone(t, { "node_modules/a": A }, { "node_modules/a": A });
  write(join(root, "bench/package-lock.json"), JSON.stringify({ packages: { "node_modules/b": A } }));
  const { calls } = setUp(root, "bench", "elsewhere");
  assert.equal(calls.length, 1);
  assert.match(calls[0]!, /bench$/);
});

test("setup --peers says which tests will be skipped where it cannot install programs, and goes on", (t) => {
  const root = clone(t, { "node_modules/a": A }, { "node_modules/a": A });
  const { code, out } = setUp(root, "--peers");
  assert.equal(code, 0);
  assert.equal(out, "Tests that need no-such-peer will be skipped\n");
  assert.equal(existsSync("/usr/sbin/policy-rc.d") && readFileSync("/usr/sbin/policy-rc.d", "utf8") === "#!/bin/sh\nexit 101\n", false);
});

test("setup fails with the place in the text where npm fails", (t) => {
  const root = clone(t, { "node_modules/a": A });
  write(join(root, "bin/npm"), "#!/bin/sh\nexit 1\n");
  const { code, err } = setUp(root);
  assert.equal(code, 1);
  assert.match(err, /^Cannot install the npm packages: see above; `npm ci --ignore-scripts` must work in .+\n$/);
});

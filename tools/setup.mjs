// SPDX-License-Identifier: Apache-2.0
// Installs what is missing, so that `npm start` and `npm test` work on a fresh clone. Plain JavaScript: it may run on Node 20.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";

const root = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
installPackages();
checkNode();
if (process.argv.includes("--peers")) installPeers(JSON.parse(readFileSync(join(root, "tools/peers.json"), "utf8")));

/** npm packages, exactly as locked. A stamp beside them says what they were installed from. */
function installPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules/.kamaelia-stamp");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.log("Setting up: installing npm packages (about half a minute, once) …");
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) fail("Cannot install the npm packages: see above; `npm ci --ignore-scripts` must work");
  writeFileSync(stamp, lock);
}

/** On Linux x64 the right Node.js comes as a package; elsewhere the machine must have it. */
function checkNode() {
  if (existsSync(join(root, "node_modules/.bin/node"))) return;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return;
  fail(`Cannot run on Node.js ${process.versions.node}: this system has no bundled one, and Kamaelia needs Node.js 22.12 or later`);
}

/** Debian programs that tests talk to. Without them those tests are skipped, and counted. */
function installPeers(peers) {
  const missing = Object.entries(peers).filter(([command]) => !has(command));
  if (missing.length === 0) return;
  const packages = missing.flatMap(([, names]) => names);
  if (process.getuid?.() !== 0 || !has("apt-get")) {
    console.log(
      `Tests that need ${missing.map(([command]) => command).join(", ")} will be skipped. To run them too: apt-get install ${packages.join(" ")}`,
    );
    return;
  }
  console.log(`Setting up: installing ${packages.join(", ")} …`);
  const policy = "/usr/sbin/policy-rc.d";
  const guard = !existsSync(policy);
  if (guard) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 }); // no daemon starts by itself
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    spawnSync("apt-get", ["update", "-qq"], { stdio: "ignore", env });
    const { status, stderr } = spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], {
      env,
      encoding: "utf8",
    });
    if (status !== 0) console.log(`Could not install them, so the tests that need them are skipped: ${stderr.trim().split("\n").at(-1)}`);
  } finally {
    if (guard) rmSync(policy);
  }
}

function has(command) {
  return (process.env.PATH ?? "")
    .split(":")
    .concat("/usr/games", "/usr/sbin")
    .some((folder) => existsSync(join(folder, command)));
}

function fail(text) {
  console.error(text);
  process.exit(1);
}

// SPDX-License-Identifier: Apache-2.0
// Installs what is missing, so that `npm start` and `npm test` work on a fresh clone. Plain JavaScript: it may run on Node.js 20.
//   node tools/setup.mjs           what `npm start` needs
//   node tools/setup.mjs bench     what is in the folder bench needs, too
//   node tools/setup.mjs --peers   what `npm test` needs: all packages, and the Debian programs that tests talk to
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where programs may be that are not on everybody's path. */
const FOLDERS = [...(process.env["PATH"] ?? "").split(":"), "/usr/games", "/usr/sbin", "/sbin"];

const root = fileURLToPath(new URL("..", import.meta.url));
const forTests = process.argv.includes("--peers");
const folders = forTests ? ["bench", "tools/typescript6", "tools/runtimes"] : process.argv.slice(2);
for (const folder of [".", ...folders]) installPackages(folder);
checkNode();
if (forTests) installPeers(JSON.parse(readFileSync(join(root, "tools/peers.json"), "utf8")));

/** npm packages, exactly as locked. */
function installPackages(folder) {
  if (!existsSync(join(root, folder, "package-lock.json")) || isInstalled(join(root, folder))) return;
  const what = folder === "." ? "npm packages" : `npm packages of ${folder}`;
  console.log(`Setting up: installing the ${what} (this once; seconds to a minute) …`);
  const flags = ["--ignore-scripts", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = spawnSync("npm", ["ci", ...flags], { cwd: join(root, folder), stdio: "inherit" });
  if (status === 0) return;
  fail(`Cannot install the ${what}: ${error?.message ?? "see above"}; \`npm ci --ignore-scripts\` must work in ${join(root, folder)}`);
}

/** Whether node_modules holds what package-lock.json says, but for packages made for other systems. */
function isInstalled(folder) {
  const wanted = readJson(join(folder, "package-lock.json"))?.packages ?? {};
  const present = readJson(join(folder, "node_modules/.package-lock.json"))?.packages ?? {};
  if (Object.keys(present).some((place) => wanted[place] === undefined)) return false;
  return Object.entries(wanted).every(([place, { version, integrity, optional, os, cpu, libc }]) => {
    if (place === "") return true;
    const there = present[place];
    if (there === undefined) return optional && !(libc === undefined && suits(os, process.platform) && suits(cpu, process.arch));
    return there.version === version && there.integrity === integrity && existsSync(join(folder, place, "package.json"));
  });
}

/** Whether a package says by "os" or "cpu" that it is made for this machine. One that says nothing serves another one, which may be left out. */
function suits(rule, mine) {
  return [rule ?? []].flat().includes(mine);
}

/** On Linux x64 the right Node.js comes as a package; elsewhere the machine must have one that runs TypeScript as it is. */
function checkNode() {
  const bundled = join(root, "node_modules/.bin/node");
  if (existsSync(bundled)) {
    const { status } = spawnSync(bundled, ["--version"]);
    if (status === 0) return;
    fail(
      "Cannot run the Node.js in node_modules/node, which is made for glibc: remove it and use a Node.js of this system, 22.18 or later",
    );
  }
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major >= 24 || (major === 22 && minor >= 18)) return;
  fail(`Cannot run on Node.js ${process.versions.node}: no other comes with Kamaelia for this system; install Node.js 22.18 or later`);
}

/** Debian programs that tests talk to. Without them those tests are skipped, and counted. */
function installPeers(peers) {
  const missing = () => Object.keys(peers).filter((command) => !has(command));
  if (missing().length === 0) return;
  const packages = missing().flatMap((command) => peers[command]);
  if (process.getuid?.() !== 0 || !has("apt-get")) {
    const wish = has("apt-get") ? `; to run them too: sudo apt-get install ${packages.join(" ")}` : "";
    console.log(`Tests that need ${missing().join(", ")} will be skipped${wish}`);
    return;
  }
  console.log(`Setting up: installing the Debian packages ${packages.join(", ")}, for tests (this once; a minute or two) …`);
  const install = (names) => apt(["install", "-y", "--no-install-recommends", ...names]);
  const problem = attempt(() => {
    const fault = apt(["update"]) ?? install(packages);
    if (fault !== undefined) for (const command of missing()) install(peers[command]); // one that is not to be had must not keep out the others
    return fault;
  });
  if (missing().length > 0) console.log(`Tests that need ${missing().join(", ")} will be skipped: ${problem ?? "not in their packages"}`);
}

/** Without a daemon starting; Ctrl-C ends everything. */
function attempt(install) {
  try {
    return withoutDaemons(install);
  } catch (error) {
    return error.signal === undefined ? error.message : process.exit(130);
  }
}

/** Answers what went wrong, if something did. */
function apt(words) {
  const patience = ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30", "-o", "DPkg::Lock::Timeout=120"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, signal, stderr, error } = spawnSync("apt-get", ["-qq", ...patience, ...words], {
    env,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (signal !== null) throw Object.assign(new Error(`apt-get was stopped by ${signal}`), { signal });
  return status === 0 ? undefined : (error?.message ?? `apt-get ${words[0]}: ${stderr.trim().split("\n").at(-1)}`);
}

/** Does what it is told, while a policy file says, in Debian's way, that what is installed must not start a daemon. */
function withoutDaemons(install) {
  const policy = "/usr/sbin/policy-rc.d";
  if (existsSync(policy)) return install();
  process.on("SIGINT", () => {}); // Ctrl-C reaches apt-get; the policy is taken away all the same
  try {
    writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    return install();
  } finally {
    rmSync(policy, { force: true });
    process.removeAllListeners("SIGINT");
  }
}

function has(command) {
  return FOLDERS.some((folder) => existsSync(join(folder, command)));
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

function fail(text) {
  console.error(text);
  process.exit(1);
}

// SPDX-License-Identifier: Apache-2.0
// Installs what is missing: the peers from npm, Go, and programs of Debian.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { has } from "./machine.ts";

/** Installs the peers exactly as they are locked. A stamp says what they were installed from. */
export function installPeers(bench: string): void {
  const lock = createHash("sha256")
    .update(readFileSync(join(bench, "package-lock.json")))
    .digest("hex");
  const stamp = join(bench, "node_modules/.stamp");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.log("Setting up: installing the peers from npm …");
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: bench,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("Cannot install the peers: see above; `npm ci --ignore-scripts` must work in bench/");
  writeFileSync(stamp, lock);
}

/** Debian packages of the programs that rows need. */
const PACKAGES = { go: "golang-go", ip: "iproute2", nft: "nftables", uftp: "uftp" } as const;

/** With this file Debian starts no daemon of what is installed. */
const POLICY = "/usr/sbin/policy-rc.d";

/** Sees to it that there is this program, if it may. Answers why there is none. */
export function installProgram(program: keyof typeof PACKAGES): string | undefined {
  const name = PACKAGES[program];
  if (has(program)) return undefined;
  if (process.getuid?.() !== 0 || !has("apt-get")) return `there is no ${program}; to have its rows too: apt-get install ${name}`;
  console.log(`Setting up: installing ${name} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { stdio: "ignore", env });
  const quiet = !existsSync(POLICY);
  if (quiet) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const { status, stderr } = spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], { env, encoding: "utf8" });
    return status === 0 ? undefined : `there is no ${program}, and it cannot be installed: ${stderr.trim().split("\n").at(-1)}`;
  } finally {
    if (quiet) rmSync(POLICY);
  }
}

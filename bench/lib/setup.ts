// SPDX-License-Identifier: Apache-2.0
// Installs what is missing: the peers from npm, and Go.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
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

/** Sees to it that there is Go, if it may. Answers why there is none. */
export function installGo(): string | undefined {
  if (has("go")) return undefined;
  if (process.getuid?.() !== 0 || !has("apt-get")) return "there is no Go; to have its rows too: apt-get install golang-go";
  console.log("Setting up: installing golang-go …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { stdio: "ignore", env });
  const { status, stderr } = spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "golang-go"], {
    env,
    encoding: "utf8",
  });
  return status === 0 ? undefined : `there is no Go, and it cannot be installed: ${stderr.trim().split("\n").at(-1)}`;
}

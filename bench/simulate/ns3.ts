// SPDX-License-Identifier: Apache-2.0
// Builds ns3.cc, if ns-3 is here (Debian: libns3-dev), and measures it.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { check, report } from "../lib/measure.ts";

const DATAGRAMS = 50_000;
const MODULES = ["core", "network", "internet", "point-to-point", "applications", "stats", "traffic-control", "bridge"];
const source = join(import.meta.dirname, "ns3.cc");

if (!existsSync("/usr/include/ns3") && globSync("/usr/include/ns3*").length === 0) {
  console.log(JSON.stringify({ skipped: "there is no ns-3; to have its row too: apt-get install libns3-dev" }));
} else {
  const folder = mkdtempSync(join(tmpdir(), "ns3-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  run("g++", ["-O2", "-o", join(folder, "ns3"), source, ...headers(), ...libraries()]);
  const rates: number[] = [];
  for (let i = 0; i < 2; i++) {
    const [came = 0, seconds = 0] = run(join(folder, "ns3"), [String(DATAGRAMS)])
      .split(" ")
      .map(Number);
    const expected = DATAGRAMS * 0.99 ** 3;
    check("what came, within six standard deviations", Number(Math.abs(came - expected) < 6 * Math.sqrt(expected * 0.03)), 1);
    rates.push(DATAGRAMS / seconds);
  }
  report({ work: "simulated-udp", row: "ns-3", unit: "datagrams/s", value: Math.max(...rates) });
}

/** Debian names the folder of the headers and the libraries after the version. */
function headers(): string[] {
  return globSync("/usr/include/ns3.*").map((folder) => `-I${folder}`);
}

function libraries(): string[] {
  const all = globSync("/usr/lib/*/libns3*.so*").map((file) => basename(file));
  return MODULES.flatMap((module) => {
    const file = all.find((name) => new RegExp(`^libns3(\\.\\d+)*-${module}\\.so`).test(name));
    return file === undefined ? [] : [`-l:${file}`];
  });
}

function run(command: string, words: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(command, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot measure ns-3: ${command} ended with ${status}\n${stderr}`);
  return stdout;
}

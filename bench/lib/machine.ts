// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

/** Where the numbers were taken. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
}

export function machine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model ?? "unknown",
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
  };
}

/** Versions of all that is compared. */
export function versions(bench: string): Record<string, string> {
  const { dependencies } = JSON.parse(readFileSync(join(bench, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  const { node, v8 } = process.versions;
  return { node, v8, ...(has("go") && { go: execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8" }).trim() }), ...dependencies };
}

/** Whether there is such a command. */
export function has(command: string): boolean {
  return (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(join(folder, command)));
}

/** The cores that this process may use, if one can be chosen. */
export function cores(): string[] {
  if (!has("taskset") || !existsSync("/proc/self/status")) return [];
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
  });
}

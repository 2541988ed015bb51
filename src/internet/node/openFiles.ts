// SPDX-License-Identifier: Apache-2.0
// How many files may be open. When there are too many, the runtime accepts connections only to close them, and tells nobody; so we look ourselves, a little before.
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";

/** Files that are left for everything else. */
const RESERVE = 8;

/** The first number that no connection is to have: the system always gives the lowest that is free. Not known but on Linux. */
export function firstTooMany(): number {
  if (process.platform !== "linux") return Infinity;
  const [, limit] = /^Max open files\s+(\d+)/m.exec(textOf("/proc/self/limits")) ?? [];
  return limit === undefined ? Infinity : Number(limit) - RESERVE;
}

/** The number of a socket among the open files. */
export function numberOf(socket: Socket): number {
  const handle: { readonly fd?: number } | null = Reflect.get(socket, "_handle");
  return handle?.fd ?? -1;
}

/** What the system says in a file; nothing when not even that can be opened: to look is not worth failing for. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

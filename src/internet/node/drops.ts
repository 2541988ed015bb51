// SPDX-License-Identifier: Apache-2.0
// What Linux had no room for, by its own count. Where there is no such count, nothing is known to be lost.
import type { Socket } from "node:dgram";
import { readlinkSync } from "node:fs";
import { textOf } from "./openFiles.ts";

/** Milliseconds for which a table is good for all who ask: with thousands of sockets it is long. */
const FRESH = 100;

interface Table {
  read: number;
  drops: ReadonlyMap<string, number>;
}

const tables: Readonly<Record<"udp" | "udp6", Table>> = {
  udp: { read: -Infinity, drops: new Map() },
  udp6: { read: -Infinity, drops: new Map() },
};

/** Datagrams that were dropped at a socket. @param inode as `inodeOf` gave it */
export function dropsAt(inode: string, name: "udp" | "udp6"): number {
  const table = tables[name];
  if (performance.now() - table.read > FRESH || !table.drops.has(inode)) {
    const lines = textOf(`/proc/net/${name}`).split("\n").slice(1);
    table.drops = new Map(lines.map((line) => line.trim().split(/\s+/)).map((words) => [words[9] ?? "", Number(words.at(-1))]));
    table.read = performance.now();
  }
  return table.drops.get(inode) ?? 0;
}

/** What Linux calls an open socket; "" if that cannot be known. */
export function inodeOf(socket: Socket): string {
  if (process.platform !== "linux") return "";
  const state = Object.getOwnPropertySymbols(socket).find(({ description }) => description === "state symbol");
  const handle: { readonly fd?: number } | undefined = state && Reflect.get(socket, state)?.handle;
  if (handle?.fd === undefined || handle.fd < 0) return "";
  return /\[(\d+)\]/.exec(readlinkSync(`/proc/self/fd/${handle.fd}`))?.[1] ?? "";
}

// SPDX-License-Identifier: Apache-2.0
// What the tests of files need.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Component, component, SeededRandom } from "../axon/index.ts";

/** A folder for one test. @internal */
export function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-test-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What files of a folder this process has open. @internal */
export function openFiles(folder: string): string[] {
  if (!existsSync("/proc/self/fd")) return [];
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${fd}`);
      return file.startsWith(folder) ? [file] : [];
    } catch {
      return []; // the one by which the list was read
    }
  });
}

/** So many bytes that repeat nowhere. @internal */
export function noise(length: number, seed = 1): Uint8Array {
  const random = new SeededRandom(seed);
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = random.integer(2 ** 32);
  return new Uint8Array(words.buffer, 0, length);
}

/** @internal */
export function sha(...pieces: readonly (Uint8Array | string)[]): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/** @internal */
export function text(pieces: readonly (Uint8Array | string)[]): string {
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece as Uint8Array))).toString();
}

/** A file system of its own, of so many bytes; or why there cannot be one. @internal */
export function tinyDisk(t: TestContext, size: number): string | { readonly missing: string } {
  const place = mkdtempSync(join(tmpdir(), "kamaelia-test-"));
  const { status, error } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", place]);
  const isMounted = error === undefined && status === 0;
  t.after(() => {
    if (isMounted) spawnSync("umount", ["-l", place]);
    rmdirSync(place);
  });
  return isMounted ? place : { missing: "needs the right to mount" };
}

/** Takes nothing, for ever. @internal */
export function Idler<T = any>(): Component<{ inbox: T }, {}> {
  return component(Idler, {
    inboxes: { inbox: "what is not taken" },
    *main(_inboxes, _outboxes, self) {
      const done = self.system.expect("nothing");
      while (!self.toldToStop) yield new Promise(() => {});
      done();
    },
  });
}

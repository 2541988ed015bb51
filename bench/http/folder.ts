// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder with one file of so many bytes, as long as this process lives. */
export function folderWith(name: string, size: number): string {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-bench-"));
  writeFileSync(join(folder, name), randomBytes(size));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The file that is served. */
export const FILE = "file.bin";

// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, openSync, closeSync, rmSync, statSync, writeSync, readSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../lib/measure.ts";

export const BLOCK = 65_536;
const BLOCKS = 16_384;

/** A file of 1 GiB, and a place for its copy; in memory, where there is such a place: a disk would be measured otherwise. */
export class Job {
  readonly source: string;
  readonly copy: string;
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "kamaelia-bench-"));
    this.source = join(this.#folder, "source");
    this.copy = join(this.#folder, "copy");
    process.once("exit", () => rmSync(this.#folder, { recursive: true, force: true }));
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
    const file = openSync(this.source, "w");
    for (let n = 0; n < BLOCKS; n++) writeSync(file, new Uint32Array(BLOCK / 4).fill(n));
    closeSync(file);
  }

  /** Fails unless the copy is whole: as long, and each block in its place. Answers how many bytes that were. */
  done(): number {
    check("the number of bytes", statSync(this.copy).size, BLOCK * BLOCKS);
    const file = openSync(this.copy, "r");
    const number = new Uint32Array(1);
    for (let n = 0; n < BLOCKS; n += 512) {
      readSync(file, number, 0, 4, n * BLOCK);
      check("what is in a block", number[0]!, n);
    }
    closeSync(file);
    return BLOCK * BLOCKS;
  }
}

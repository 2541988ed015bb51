// SPDX-License-Identifier: Apache-2.0
import { check } from "../lib/measure.ts";

const BLOCKS = 4096;
const BYTES = BLOCKS * 65_536;

/** The same block of 64 KiB again and again: 256 MiB. */
export function* blocks(): Generator<Uint8Array, void, void> {
  const block = new Uint8Array(65_536).fill(7);
  for (let n = 0; n < BLOCKS; n++) yield block;
}

/** Fails unless all has come. Answers how many bytes that were. */
export function all(bytes: number): number {
  check("the number of bytes", bytes, BYTES);
  return BYTES;
}

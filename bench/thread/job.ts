// SPDX-License-Identifier: Apache-2.0
import { check } from "../lib/measure.ts";

/** How many messages are on the way at a time, where there is more than one. */
export const WINDOW = 128;

/** Message number `n`: 1 KiB. */
export function message(n: number): Uint8Array {
  const bytes = new Uint8Array(1024);
  bytes[0] = n;
  return bytes;
}

/** Fails unless this is what came of message number `n`. */
export function checkMessage(bytes: Uint8Array, n: number): void {
  check("the length of a message", bytes.length, 1024);
  check("the first byte of a message", bytes[0]!, n & 255);
}

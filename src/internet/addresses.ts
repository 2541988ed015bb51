// SPDX-License-Identifier: Apache-2.0
import { isIPv4 } from "./node/explained.ts";

/** The 4 or 16 bytes of an address. */
export function bytesOfAddress(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  const full = new URL(`http://[${address}]/`).hostname.slice(1, -1); // no dots left
  const [left, right] = full.split("::").map((text) => (text === "" ? [] : text.split(":")));
  const before = left ?? [];
  const after = right ?? [];
  const zeros = new Array<string>(8 - before.length - after.length).fill("0");
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** An address from its 4 or 16 bytes, in its shortest form. */
export function addressOf(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16));
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

// SPDX-License-Identifier: Apache-2.0

/** How every page begins. */
export const CAPTURE: Uint8Array = new TextEncoder().encode("OggS");
export const PAGE_HEADER = 27;
export const FLAG = { CONTINUED: 1, FIRST: 2, LAST: 4 } as const;

/** Ogg's checksum: the polynomial 0x04c11db7, most significant bit first, from 0 on (RFC 3533, section 6). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

/** The checksum of a page, whose own four bytes count as 0. */
export function checksum(page: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < page.length; at++) {
    const byte = at >= 22 && at < 26 ? 0 : page[at]!;
    sum = (sum << 8) ^ TABLE[((sum >>> 24) ^ byte) & 0xff]!;
  }
  return sum >>> 0;
}

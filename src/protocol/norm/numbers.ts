// SPDX-License-Identifier: Apache-2.0
// Numbers as NORM has them in few bits, and numbers that begin again at 0.

/** How far `a` is after `b`, of numbers with 16 bits: -32768 to 32767. */
export function difference16(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

/** The same of numbers with 24 bits. */
export function difference24(a: number, b: number): number {
  return ((a - b) << 8) >> 8;
}

/** The size of a group in four bits: 1 or 5 times a power of ten from 10 on (RFC 5740, section 4.2). Rounded up. */
export function quantiseGroup(size: number): number {
  for (let exponent = 0; exponent < 8; exponent++) {
    const ten = 10 ** (exponent + 1);
    if (size <= ten) return exponent;
    if (size <= 5 * ten) return exponent | 8;
  }
  return 15;
}

/** The size that four bits say. */
export function dequantiseGroup(bits: number): number {
  return ((bits & 8) === 0 ? 1 : 5) * 10 ** ((bits & 7) + 1);
}

/** Bytes per second as 12 bits of a mantissa and 4 of an exponent (RFC 5740, section 4.2.3). */
export function quantiseRate(rate: number): number {
  if (!(rate >= 1)) return 0;
  const exponent = Math.min(15, Math.floor(Math.log10(rate)));
  const mantissa = Math.round((rate / 10 ** exponent) * 409.6);
  return mantissa < 4096 ? (mantissa << 4) | exponent : exponent < 15 ? (410 << 4) | (exponent + 1) : 0xffff;
}

/** The rate that 16 bits say. */
export function dequantiseRate(bits: number): number {
  return ((bits >> 4) / 409.6) * 10 ** (bits & 15);
}

/** A share of 0 to 1 in 32 bits: RFC 5740 has the upper 16, libnorm the lower ones, too, where the RFC has zeros. */
export function quantiseLoss(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 0xffff_ffff);
}

/** The share that 32 bits say; nobody can mean none at all by a number above 0. */
export function dequantiseLoss(bits: number): number {
  return bits / 0xffff_ffff;
}

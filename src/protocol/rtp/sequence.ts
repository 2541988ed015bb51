// SPDX-License-Identifier: Apache-2.0

/** How many packets in a row make a source credible (RFC 3550, section A.1). */
export const PROOF = 2;
/** A number that is not more than so many ahead is one after packets that were lost. */
const MAX_DROPOUT = 3000;
/** A number that is not more than so many behind is a packet that comes late. */
export const MAX_MISORDER = 100;
/** Numbers of packets are counted modulo this. */
export const CYCLE = 0x1_0000;

/**
 * How far a number is ahead of the highest one so far, or, below 0, behind it; both may have wrapped around.
 *
 * @param misorder how far behind it may be
 * @returns undefined if it is so far away that it is none of the same row: another one has begun (RFC 3550, section A.1)
 * @internal
 */
export function aheadOf(sequence: number, highest: number, misorder: number = MAX_MISORDER): number | undefined {
  const ahead = (sequence - highest) & 0xffff;
  if (ahead < MAX_DROPOUT) return ahead;
  return ahead > CYCLE - misorder ? ahead - CYCLE : undefined;
}

// SPDX-License-Identifier: Apache-2.0

/** What a TCP segment says, beside its bytes. Numbers count from 0 with the SYN, and do not wrap; on the wire they do. @internal */
export interface Segment {
  readonly syn: boolean;
  readonly ack: boolean;
  readonly fin: boolean;
  readonly reset: boolean;
  /** The number of the first byte, or of the SYN. */
  readonly sequence: number;
  /** The number of the next byte that is expected. */
  readonly acknowledged: number;
  /** Bytes that the sender of this has room for. */
  readonly window: number;
  /** In a SYN: the shift of the windows to come. */
  readonly scale: number;
  /** In a SYN: the most bytes that a segment may carry. */
  readonly mss: number;
  /** Ranges that came out of order (SACK): from, up to but without. */
  readonly ranges: readonly (readonly [number, number])[];
  /** What the sequence numbers of each side begin with on the wire. */
  readonly start: number;
  readonly otherStart: number;
}

/** No ranges. @internal */
export const NO_RANGES: Segment["ranges"] = [];
/** @internal */
export const TCP_HEADER = 20;

/** Bytes of the options that a segment needs: MSS, window scale and SACK permitted in a SYN, SACK ranges. @internal */
export function optionBytes({ syn, ranges }: Pick<Segment, "syn" | "ranges">): number {
  if (syn) return 12;
  return ranges.length === 0 ? 0 : 4 + 8 * ranges.length;
}

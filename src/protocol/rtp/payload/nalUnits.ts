// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";

/** A picture of a film, as H.264 codes it. */
export interface AccessUnit {
  /** Its NAL units, without start codes. */
  readonly nals: readonly Uint8Array[];
  /** When it is to be shown, 90000 a second, modulo 2^32. */
  readonly timestamp: number;
}

/** What NAL units are: RFC 6184, section 1.3, and H.264, table 7-1. */
export const NAL = { SLICE: 1, IDR: 5, SEI: 6, SPS: 7, PPS: 8, DELIMITER: 9, STAP_A: 24, FU_A: 28 } as const;

export function nalType(nal: Uint8Array): number {
  return nal[0]! & 0x1f;
}

/**
 * Whether a NAL unit begins another picture than those before it, of which at least one was of a picture: H.264, section 7.4.1.2.3.
 * Of two slices, the second belongs to another picture if it begins at its first block.
 */
export function beginsPicture(nal: Uint8Array): boolean {
  const type = nalType(nal);
  if (type >= NAL.SLICE && type <= NAL.IDR) return nal.length > 1 && (nal[1]! & 0x80) !== 0;
  return (type >= NAL.SEI && type <= NAL.DELIMITER) || (type >= 14 && type <= 18);
}

const START = Buffer.from([0, 0, 1]);

/**
 * Finds NAL units in a stream of bytes: they are behind start codes (H.264, annex B).
 *
 * @internal
 */
export class NALFinder {
  readonly #maxSize: number;
  #bytes = Buffer.alloc(0);
  #inUnit = false;
  /** Up to here there is no start code. */
  #looked = 0;

  /** @param maxSize bytes of a unit at most */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /**
   * Takes bytes; returns the units whose ends have come.
   *
   * @param skipped is told of bytes that are in no unit, or in one that is too long
   */
  push(bytes: Uint8Array, skipped: (bytes: Uint8Array) => void): Uint8Array[] {
    this.#bytes = this.#bytes.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#bytes, bytes]);
    const units: Uint8Array[] = [];
    let start = 0;
    for (;;) {
      const mark = this.#bytes.indexOf(START, Math.max(start, this.#looked));
      if (mark === -1) break;
      this.#end(this.#bytes.subarray(start, mark), units, skipped);
      this.#inUnit = true;
      start = mark + START.length;
      this.#looked = start;
    }
    this.#bytes = this.#bytes.subarray(start);
    this.#looked = Math.max(0, this.#bytes.length - START.length + 1);
    if (this.#bytes.length > this.#maxSize) {
      skipped(this.#bytes.subarray(0, this.#looked));
      this.#bytes = this.#bytes.subarray(this.#looked);
      this.#looked = 0;
      this.#inUnit = false;
    }
    return units;
  }

  /** The last unit, at the end of the data. */
  flush(skipped: (bytes: Uint8Array) => void): Uint8Array[] {
    const units: Uint8Array[] = [];
    this.#end(this.#bytes, units, skipped);
    this.#bytes = Buffer.alloc(0);
    return units;
  }

  #end(bytes: Uint8Array, units: Uint8Array[], skipped: (bytes: Uint8Array) => void): void {
    let { length } = bytes;
    while (length > 0 && bytes[length - 1] === 0) length--; // zeros may be between units, and a unit never ends with one
    if (length === 0) return;
    if (this.#inUnit && length <= this.#maxSize) units.push(bytes.subarray(0, length));
    else skipped(bytes.subarray(0, length));
  }
}

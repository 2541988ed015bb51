// SPDX-License-Identifier: Apache-2.0
import type { ReportBlock } from "./rtcp/packets.ts";
import { aheadOf, CYCLE, PROOF } from "./sequence.ts";

/**
 * One source of RTP packets as a receiver sees it: whether it is one (RFC 3550, section A.1), what it lost (A.3), and its jitter (A.8).
 *
 * @internal
 */
export class Source {
  readonly ssrc: number;
  /** Packets in a row that are still wanted before it is credible. */
  #probation = PROOF;
  #highest = 0;
  #cycles = 0;
  #base = 0;
  /** The number that would prove that the sender has begun anew. */
  #bad: number | undefined;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #transit: number | undefined;
  #jitter = 0;
  #lastSR = 0;
  #lastSRCame = 0;

  constructor(ssrc: number, sequence: number) {
    this.ssrc = ssrc;
    this.#highest = (sequence - 1) & 0xffff;
  }

  /** Whether enough of its packets have come in a row. */
  get isValid(): boolean {
    return this.#probation === 0;
  }

  /** In units of the timestamp. */
  get jitter(): number {
    return this.#jitter;
  }

  get received(): number {
    return this.#received;
  }

  get expected(): number {
    return this.isValid ? this.#cycles + this.#highest - this.#base + 1 : 0;
  }

  get lost(): number {
    return this.expected - this.#received;
  }

  /**
   * A packet has come.
   *
   * @param arrival when, in units of the timestamp
   * @returns its number among all of this source, as 32 bits; undefined if it is not to be used
   */
  packet(sequence: number, timestamp: number, arrival: number): number | undefined {
    const number = this.#number(sequence);
    if (number === undefined) return undefined;
    this.#received++;
    const transit = (arrival - timestamp) | 0;
    if (this.#transit !== undefined) this.#jitter += (Math.abs((transit - this.#transit) | 0) - this.#jitter) / 16;
    this.#transit = transit;
    return number;
  }

  /** A sender report has come. */
  report(ntp: bigint, seconds: number): void {
    this.#lastSR = Number((ntp >> 16n) & 0xffff_ffffn);
    this.#lastSRCame = seconds;
  }

  /** What is to be reported about it, since the last time. */
  block(seconds: number): ReportBlock {
    const { expected, received } = this;
    const expectedNow = expected - this.#expectedBefore;
    const lostNow = expectedNow - (received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = received;
    return {
      ssrc: this.ssrc,
      fractionLost: expectedNow === 0 || lostNow <= 0 ? 0 : Math.min(255, Math.floor((lostNow * 256) / expectedNow)),
      lost: this.lost,
      highest: (this.#cycles + this.#highest) >>> 0,
      jitter: Math.floor(this.#jitter) >>> 0,
      lastSR: this.#lastSR,
      delaySinceLastSR: this.#lastSR === 0 ? 0 : Math.round((seconds - this.#lastSRCame) * 65_536) >>> 0,
    };
  }

  #number(sequence: number): number | undefined {
    const ahead = aheadOf(sequence, this.#highest);
    if (this.#probation > 0) return this.#prove(sequence, ahead === 1);
    if (ahead === undefined) {
      if (sequence !== this.#bad) {
        this.#bad = (sequence + 1) & 0xffff;
        return undefined;
      }
      this.#begin(sequence); // two in a row: the sender has begun anew
    } else if (ahead > 0) {
      if (sequence < this.#highest) this.#cycles += CYCLE;
      this.#highest = sequence;
    }
    const cycles = sequence > this.#highest ? this.#cycles - CYCLE : this.#cycles; // late, from before the numbers wrapped around
    return cycles + sequence;
  }

  #prove(sequence: number, next: boolean): number | undefined {
    this.#highest = sequence;
    this.#probation = next ? this.#probation - 1 : PROOF - 1;
    if (this.#probation > 0) return undefined;
    this.#begin(sequence);
    return sequence;
  }

  #begin(sequence: number): void {
    this.#highest = this.#base = sequence;
    this.#bad = undefined;
    this.#cycles = this.#received = this.#expectedBefore = this.#receivedBefore = 0;
    this.#transit = undefined;
  }
}

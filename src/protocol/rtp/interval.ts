// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";

/** Who is there, and how much RTCP they make. */
export interface Crowd {
  readonly members: number;
  readonly senders: number;
  /** Whether we are one of the senders. */
  readonly weSent: boolean;
  /** Bytes per second for RTCP. */
  readonly bandwidth: number;
  /** Bytes of a compound packet with its headers, on the average. */
  readonly averageSize: number;
  /** Seconds that are the least, on the average. */
  readonly minimum: number;
}

/** What timer reconsideration would otherwise make of the average (RFC 3550, section 6.3.1). */
const COMPENSATION = Math.E - 1.5;
const SENDERS_SHARE = 0.25;

/** Seconds between reports, on the average, so that all together stay within the bandwidth: RFC 3550, section 6.3.1. */
export function averageInterval({ members, senders, weSent, bandwidth, averageSize, minimum }: Crowd): number {
  const few = senders <= members * SENDERS_SHARE;
  const share = !few ? 1 : weSent ? SENDERS_SHARE : 1 - SENDERS_SHARE;
  const sharing = !few ? members : weSent ? senders : members - senders;
  return Math.max(minimum, (averageSize * sharing) / (bandwidth * share));
}

/** The same, at random, so that reports do not come all at once. */
export function randomInterval(crowd: Crowd, random: Random): number {
  return (averageInterval(crowd) * (random.next() + 0.5)) / COMPENSATION;
}

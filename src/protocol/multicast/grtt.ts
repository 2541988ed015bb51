// SPDX-License-Identifier: Apache-2.0
// Round trips and random delays of NACK-oriented protocols: RFC 5401, section 3.2.
import type { Random } from "../../axon/index.ts";

/** Milliseconds that a byte can say: 1 µs to 1000 s. */
const SHORTEST = 0.001;
const LONGEST = 1_000_000;

/** A time in one byte, as RFC 5401, section 3.2.3, has it: rounded up, so that nobody asks too early. */
export function quantise(milliseconds: number): number {
  const time = Math.min(LONGEST, Math.max(SHORTEST, milliseconds));
  if (time < 33 * SHORTEST) return Math.ceil(time / SHORTEST) - 1;
  return Math.ceil(255 - 13 * Math.log(LONGEST / time));
}

const TIMES = Float64Array.from({ length: 256 }, (_, byte) => (byte < 31 ? (byte + 1) * SHORTEST : LONGEST / Math.exp((255 - byte) / 13)));

/** The time that a byte says. */
export function dequantise(byte: number): number {
  return TIMES[byte & 0xff]!;
}

/**
 * Over how many round trips the receivers' requests are spread: the more receivers, the more, so that however many there are about three of them ask before they hear
 * of each other. (RFC 5401 has 4, for groups of about 10 to 100.)
 */
export function backoffTrips(groupSize: number): number {
  return 1 + Math.log(Math.max(1, groupSize));
}

/**
 * A random delay up to `longest` after which to ask for what is missing, if nobody else has: the more receivers there are, the later most of them would ask, so that few
 * do before they hear each other. A truncated exponential distribution (RFC 5401, section 3.2.4).
 */
export function randomBackoff(longest: number, groupSize: number, random: Random): number {
  if (longest <= 0) return 0;
  const lambda = Math.log(Math.max(1, groupSize)) + 1;
  const spread = Math.exp(lambda) - 1;
  const x = (random.next() * lambda) / longest + lambda / (longest * spread);
  return (longest / lambda) * Math.log((x * spread * longest) / lambda);
}

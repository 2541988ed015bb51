// SPDX-License-Identifier: Apache-2.0
// NORM-CC, a receiver's side: how much it loses, and what rate that allows. RFC 5740, section 5.5.2; TFMCC (RFC 4654); intervals as TFRC has them (RFC 5348, section 5).
import type { Random } from "../../axon/index.ts";
import { randomBackoff } from "../multicast/grtt.ts";
import { CC, type NormFeedback, type NormProbe } from "./message.ts";
import { difference16 } from "./numbers.ts";

const WEIGHTS = [1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2];
/** A gap in the numbers that is longer than this is no loss, but a new beginning. */
const MOST_LOST = 2000;
/** Milliseconds over which the rate is measured that comes in, at least. */
const MEASURED = 100;
/** A receiver keeps quiet unless it can take less than this share of what any other one can of which the sender knows. */
const ENOUGH = 0.9;
const HEADERS = 28;

/** Bytes per second that TCP would get: TFRC's equation (RFC 5348, section 3.1), symbols of `size` bytes, `rtt` in ms. */
export function fairRate(size: number, rtt: number, loss: number): number {
  const time = Math.sqrt((2 * loss) / 3) + 12 * Math.sqrt((3 * loss) / 8) * loss * (1 + 32 * loss * loss);
  return size / ((rtt / 1000) * time);
}

/** The share of loss events at which TCP would get this rate. */
export function fairLoss(size: number, rtt: number, rate: number): number {
  let [low, high] = [1e-8, 1];
  for (let i = 0; i < 40; i++) {
    const middle = Math.sqrt(low * high);
    if (fairRate(size, rtt, middle) > rate) low = middle;
    else high = middle;
  }
  return high;
}

/** What a receiver notices of the packets of a sender. */
export class Reception {
  /** When to send feedback. */
  due: number = Infinity;
  readonly #node: number;
  readonly #random: Random;
  #expected: number | undefined;
  /** Packets between loss events, the last one first; and since the last one. */
  #intervals: number[] = [];
  #open = 0;
  #eventAt = -Infinity;
  #size = 0;
  #rtt: number | undefined;
  #probe = 0;
  #role = 0;
  /** Bytes that came since, and the rate before that. */
  #bytes = 0;
  #since = 0;
  #rate = 0;

  constructor(node: number, random: Random) {
    this.#node = node;
    this.#random = random;
  }

  /** A packet has come. */
  packet(sequence: number, bytes: number, grtt: number, now: number): void {
    this.#size = this.#size === 0 ? bytes : this.#size + 0.1 * (bytes - this.#size);
    this.#count(bytes, grtt, now);
    const gap = this.#expected === undefined ? 0 : difference16(sequence, this.#expected);
    if (gap < 0 && gap > -MOST_LOST) return; // late, or twice
    this.#expected = (sequence + 1) & 0xffff;
    if (gap > 0 && gap < MOST_LOST) this.#lost(gap, grtt, now);
    this.#open++;
  }

  /** Loss events among the packets. 0: none yet. */
  get loss(): number {
    if (this.#intervals.length === 0) return 0;
    const closed = average(this.#intervals);
    const open = average([this.#open, ...this.#intervals].slice(0, WEIGHTS.length));
    return Math.min(1, 1 / Math.max(closed, open, 1));
  }

  /** A probe has come: whether, and when, to answer. Who limits the rate, or may, answers at once; others later, if nobody is worse off. */
  probe({ probe, rate, nodes, grtt, backoff, groupSize }: NormProbe, now: number): void {
    this.#probe = probe;
    if (rate === undefined) {
      this.due = Infinity;
      return;
    }
    const mine = nodes.find(({ node }) => node === this.#node);
    if (mine !== undefined && (mine.flags & CC.rtt) !== 0) this.#rtt = mine.rtt;
    this.#role = mine === undefined ? 0 : mine.flags & (CC.limiting | CC.potential);
    const can = this.feedback(grtt).rate;
    const worse = nodes.some(({ node, rate: theirs }) => node !== this.#node && theirs * ENOUGH <= can);
    if (this.#role !== 0) this.due = now;
    else if (worse) this.due = Infinity;
    else if (this.due === Infinity) this.due = now + randomBackoff(Math.max(1, backoff) * grtt, groupSize, this.#random);
  }

  feedback(grtt: number): NormFeedback {
    const { loss } = this;
    const rtt = this.#rtt ?? grtt;
    const starting = this.#intervals.length === 0;
    const rate = starting ? 2 * this.#rate : fairRate(this.#size, rtt, loss);
    const flags = this.#role | (this.#rtt === undefined ? 0 : CC.rtt) | (starting ? CC.start : 0);
    return { probe: this.#probe, flags, rtt, loss, rate: Math.max(1, Math.min(rate, 1e12)) };
  }

  /** What was lost within a round trip is one event. */
  #lost(count: number, grtt: number, now: number): void {
    const rtt = this.#rtt ?? grtt;
    if (now < this.#eventAt + rtt) {
      this.#open += count;
      return;
    }
    this.#eventAt = now;
    const first = this.#intervals.length === 0;
    const interval = first ? 1 / fairLoss(this.#size, rtt, Math.max(1, this.#rate / 2)) : this.#open + 1;
    this.#intervals = [Math.max(1, interval), ...this.#intervals].slice(0, WEIGHTS.length);
    this.#open = count - 1;
  }

  #count(bytes: number, grtt: number, now: number): void {
    this.#bytes += bytes + HEADERS;
    const elapsed = now - this.#since;
    if (elapsed < Math.max(MEASURED, this.#rtt ?? grtt)) return;
    this.#rate = this.#since === 0 ? this.#rate : (this.#bytes * 1000) / elapsed;
    [this.#bytes, this.#since] = [0, now];
  }
}

function average(intervals: readonly number[]): number {
  let [sum, weights] = [0, 0];
  for (const [i, interval] of intervals.entries()) {
    sum += interval * WEIGHTS[i]!;
    weights += WEIGHTS[i]!;
  }
  return sum / weights;
}

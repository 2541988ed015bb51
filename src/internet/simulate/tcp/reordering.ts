// SPDX-License-Identifier: Apache-2.0
import type { RoundTrip } from "./roundTrip.ts";
import type { Segment } from "./segment.ts";

/** Recoveries in which nothing was taken to be lost that was not, after which the patience is what it was. */
const PERSISTENCE = 16;
/** Segments that are remembered. */
const MOST = 1000;

/**
 * How long to wait for a segment that others have overtaken: longer by a quarter of the round trip for each round in which one was taken to be lost that was not
 * (RFC 8985, 6.2 step 4). It comes before it is sent again; or after that, and then the other side says that it came twice (RFC 2883).
 *
 * @internal
 */
export class Reordering {
  #multiple = 1;
  #persistence = PERSISTENCE;
  /** Until this is acknowledged, all of them are of one round. */
  #round = -1;
  /** What was taken to be lost, and in which recovery. */
  readonly #missed = new Map<number, number>();
  /** The present recovery, how much of it was not found again, and whether the rate may be what it was if all is. */
  #recovery = 0;
  #open = 0;
  #mayBeUndone = false;

  /** Milliseconds to wait. */
  patience({ least, smoothed }: RoundTrip): number {
    return Math.min((this.#multiple * least) / 4, smoothed);
  }

  /** The rate goes down because of a loss. */
  begun(): void {
    this.#recovery++;
    this.#open = 0;
    this.#mayBeUndone = true;
  }

  /** No answer came: all is sent again, and what comes twice says nothing of the order. */
  timedOut(): void {
    this.#missed.clear();
    this.#mayBeUndone = false;
  }

  /** All that was lost is acknowledged. */
  recovered(): void {
    if (--this.#persistence <= 0) this.#multiple = 1;
  }

  /** The segment that begins here is taken to be lost; once more if it was sent more than once, and then what comes twice may be that. */
  missed(start: number, times: number): void {
    this.#open++;
    this.#missed.delete(start);
    if (times === 1) this.#missed.set(start, this.#recovery);
    const [oldest] = this.#missed.keys();
    if (this.#missed.size > MOST && oldest !== undefined) this.#missed.delete(oldest);
  }

  /** The segment that begins here came late, or twice. Answers whether nothing was lost in this recovery. */
  found(start: number, unacknowledged: number, next: number): boolean {
    const recovery = this.#missed.get(start);
    if (recovery === undefined) return false; // the network has duplicated it, or there was a timeout
    this.#missed.delete(start);
    if (unacknowledged >= this.#round) {
      this.#round = next;
      this.#multiple++;
      this.#persistence = PERSISTENCE;
    }
    if (!this.#mayBeUndone || recovery !== this.#recovery || --this.#open > 0) return false;
    this.#mayBeUndone = false;
    return true;
  }
}

/** Whether the first of these ranges says what came twice: it is acknowledged, or a part of the second (RFC 2883, 4). @internal */
export function tellsOfDuplicate({ acknowledged, ranges }: Pick<Segment, "acknowledged" | "ranges">): boolean {
  const [first, second] = ranges;
  if (first === undefined) return false;
  return first[1] <= acknowledged || (second !== undefined && first[0] >= second[0] && first[1] <= second[1]);
}

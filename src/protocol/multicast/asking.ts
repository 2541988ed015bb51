// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";
import { backoffTrips, randomBackoff } from "./grtt.ts";
import { appendRequest, MOST_REQUESTS, type Request } from "./wire.ts";

/** Round trips, beyond those over which requests are spread, after which a receiver asks again: RFC 5401, section 3.2. */
const ANSWER = 2;
/** Round trips for which a request of others, or what the sender has promised, counts, also from before one has begun to wait: not all begin at the same time. */
const FRESH = 4;
/** All symbols of a block. */
const ALL = 256;
/**
 * If others have asked for all but this share of what is missing, that comes first: whoever then still misses something asks for it next time. If everybody asked at once for
 * what others have not asked for, requests would be as many as blocks.
 */
const ENOUGH = 0.5;
/** Blocks of one request that are listened to. */
const MOST_BLOCKS = 4096;
/** Nobody asks more often, whatever a sender says: milliseconds. */
const SHORTEST_TRIP = 1;

/**
 * When a receiver asks a sender for what is missing, and for what of it: after a random time, unless others have asked for as much.
 *
 * @internal
 */
export class Asking {
  /** When to call `ring`. */
  due: number = Infinity;
  /** Milliseconds. */
  grtt = 100;
  groupSize = 100;
  sent = 0;
  suppressed = 0;
  readonly #random: Random;
  #state: "idle" | "backing off" | "holding off" = "idle";
  /** How many symbols of a block others have asked for, and when. */
  readonly #heard = new Map<number, { readonly need: number; readonly at: number }>();

  constructor(random: Random) {
    this.#random = random;
  }

  get isIdle(): boolean {
    return this.#state === "idle";
  }

  begin(now: number): void {
    this.#state = "backing off";
    for (const [block, { at }] of this.#heard) if (at < now - this.#fresh) this.#heard.delete(block);
    this.due = now + randomBackoff(backoffTrips(this.groupSize) * Math.max(SHORTEST_TRIP, this.grtt), this.groupSize, this.#random);
  }

  /** Somebody else asks, or the sender says what it is about to send. */
  overhear(requests: readonly Request[], now: number): void {
    if (this.#heard.size > MOST_BLOCKS) this.#heard.clear();
    for (const { block, count, need } of requests) {
      const all = need === 0 ? ALL : need;
      for (let i = 0; i < Math.min(count, MOST_BLOCKS); i++) {
        const before = this.#heard.get(block + i);
        if (before === undefined || before.need <= all || before.at < now - this.#fresh) this.#heard.set(block + i, { need: all, at: now });
      }
    }
  }

  /** Milliseconds for which what others asked for may be on its way. */
  get #fresh(): number {
    return FRESH * Math.max(SHORTEST_TRIP, this.grtt);
  }

  /** It is time. Answers what is to be asked for, if it is. */
  ring(now: number, missing: () => Iterable<readonly [block: number, need: number]>): Request[] | undefined {
    if (this.#state === "holding off") {
      this.#state = "idle";
      this.due = Infinity;
      for (const _ of missing()) {
        this.begin(now);
        break;
      }
      return undefined;
    }
    const requests: Request[] = [];
    let [total, excess] = [0, 0];
    for (const [block, need] of missing()) {
      const all = need === 0 ? ALL : need;
      const asked = this.#heard.get(block);
      const heard = asked === undefined || asked.at < now - this.#fresh ? 0 : asked.need;
      total += all;
      excess += Math.max(0, all - heard);
      if (heard < all && requests.length < MOST_REQUESTS) appendRequest(requests, block, need);
    }
    this.#state = "holding off";
    this.due = now + (backoffTrips(this.groupSize) + ANSWER) * Math.max(SHORTEST_TRIP, this.grtt);
    if (total === 0) return undefined;
    if (excess <= total * ENOUGH) {
      this.suppressed++;
      return undefined;
    }
    this.sent++;
    return requests;
  }
}

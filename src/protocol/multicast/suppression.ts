// SPDX-License-Identifier: Apache-2.0
// When a receiver asks a sender for what is missing: after a random time, unless others have asked for as much (RFC 5401, section 3.2).
import type { Random } from "../../axon/index.ts";
import { randomBackoff } from "./grtt.ts";

/** All symbols of a block. */
export const ALL = 256;
/** Round trips, beyond those over which requests are spread, after which a receiver asks again. */
const ANSWER = 2;
/**
 * If others have asked for all but this share of what is missing, that comes first: whoever then still misses something asks for it next time. If everybody asked at once for
 * what others have not asked for, requests would be as many as blocks.
 */
const ENOUGH = 0.5;
/** Nobody asks more often, whatever a sender says: milliseconds. */
const SHORTEST_TRIP = 1;

/** How many round trips this takes. */
export interface Trips {
  /** Over so many requests are spread. */
  readonly backoff: number;
  /** For so many what others asked for may be on its way. */
  readonly fresh: number;
}

/** What is missing, as far as asking for it goes. */
export interface Lack {
  /** Symbols. */
  readonly need: number;
  /** Under these numbers others may have asked for it. */
  readonly keys: readonly number[];
}

/** @internal */
export abstract class Suppression<M> {
  /** When to call `ring`. */
  due: number = Infinity;
  /** Milliseconds. */
  grtt = 100;
  groupSize = 100;
  sent = 0;
  suppressed = 0;
  readonly #random: Random;
  readonly #most: number;
  #state: "idle" | "backing off" | "holding off" = "idle";
  /** How many symbols others have asked for, and when. */
  readonly #heard = new Map<number, { readonly need: number; readonly at: number }>();

  /** @param most requests of others that are remembered */
  constructor(random: Random, most: number) {
    this.#random = random;
    this.#most = most;
  }

  protected abstract get trips(): Trips;

  protected abstract lackOf(what: M): Lack;

  get isIdle(): boolean {
    return this.#state === "idle";
  }

  begin(now: number): void {
    this.#state = "backing off";
    for (const [key, { at }] of this.#heard) if (at < now - this.#fresh) this.#heard.delete(key);
    this.due = now + randomBackoff(this.trips.backoff * this.#trip, this.groupSize, this.#random);
  }

  /** Others have asked for so many symbols. */
  protected note(needs: Iterable<readonly [key: number, need: number]>, now: number): void {
    if (this.#heard.size > this.#most) this.#heard.clear();
    for (const [key, need] of needs) {
      const before = this.#heard.get(key);
      if (before === undefined || before.need <= need || before.at < now - this.#fresh) this.#heard.set(key, { need, at: now });
    }
  }

  /** It is time. Answers what is to be asked for, if it is. */
  ring(now: number, missing: () => Iterable<M>): M[] | undefined {
    if (this.#state === "holding off") {
      this.#state = "idle";
      this.due = Infinity;
      for (const _ of missing()) {
        this.begin(now);
        break;
      }
      return undefined;
    }
    const wanted: M[] = [];
    let [total, excess] = [0, 0];
    for (const one of missing()) {
      const { need, keys } = this.lackOf(one);
      const heard = this.#heardOf(keys, now);
      total += need;
      excess += Math.max(0, need - heard);
      if (heard < need) wanted.push(one);
    }
    this.#state = "holding off";
    this.due = now + (this.trips.backoff + ANSWER) * this.#trip;
    if (total === 0) return undefined;
    if (excess <= total * ENOUGH) {
      this.suppressed++;
      return undefined;
    }
    this.sent++;
    return wanted;
  }

  #heardOf(keys: readonly number[], now: number): number {
    let need = 0;
    for (const key of keys) {
      const heard = this.#heard.get(key);
      if (heard !== undefined && heard.at >= now - this.#fresh) need = Math.max(need, heard.need);
    }
    return need;
  }

  get #fresh(): number {
    return this.trips.fresh * this.#trip;
  }

  get #trip(): number {
    return Math.max(SHORTEST_TRIP, this.grtt);
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Outbox } from "../axon/index.ts";
import { ROUNDING } from "./timing.ts";

/** How much is asked for, and in which pieces. Give chunkSize or chunkRate, not both. */
export interface ByteRateOptions {
  /** Items per second. Default 100,000. */
  readonly rate?: number;
  /** Items per request. Default: what the rates say. */
  readonly chunkSize?: number;
  /** Requests per second. Default 10. */
  readonly chunkRate?: number;
  /** Requests that are late are sent as one. Default false: one after the other. */
  readonly allowChunkAggregation?: boolean;
}

/**
 * When to ask for how much. Everything is computed from one moment at which the rate was set, so that neither times nor fractions of items drift.
 * @internal
 */
export class Requests {
  readonly #chunk: number;
  readonly #aggregates: boolean;
  #rate: number;
  /** When the rate was set, and how many items were due by then. */
  #since = 0;
  #before = 0;
  /** How many chunks, and how many whole items, have been asked for. */
  #chunks = 0;
  #asked = 0;

  /** @throws RangeError for a rate or chunk that is not above 0, and when both chunkSize and chunkRate are given */
  constructor({ rate = 100_000, chunkSize, chunkRate, allowChunkAggregation = false }: ByteRateOptions) {
    if (chunkSize !== undefined && chunkRate !== undefined)
      throw new RangeError(`Cannot ask for ${chunkSize} items and ${chunkRate} times a second: give chunkSize or chunkRate, not both`);
    this.#chunk = chunkSize ?? rate / (chunkRate ?? 10);
    if (!(rate > 0 && rate < Infinity && this.#chunk > 0 && this.#chunk < Infinity))
      throw new RangeError(`Cannot ask for ${rate} items a second in chunks of ${this.#chunk}: both have to be numbers above 0`);
    this.#rate = rate;
    this.#aggregates = allowChunkAggregation;
  }

  /** From now on. The first chunk is due at once. */
  start(now: number): void {
    this.#since = now;
  }

  /** Another rate from now on; 0 asks for nothing more until there is another. */
  change(rate: number, now: number): void {
    if (!(rate >= 0 && rate < Infinity)) throw new RangeError(`Cannot ask for ${rate} items a second: give 0 or more`);
    this.#before = this.#dueAt(now);
    this.#since = now;
    this.#rate = rate;
  }

  /** Milliseconds until the next chunk is due; 0 or less when it is. */
  wait(now: number): number {
    const left = this.#chunks * this.#chunk - this.#before;
    if (left <= 0) return this.#since - now;
    return this.#rate === 0 ? Infinity : this.#since + (left * 1000) / this.#rate - now;
  }

  /** Sends what is due, as long as there is room. Answers whether the sender is held now. */
  send(outbox: Outbox<number>, now: number): boolean {
    let total = 0;
    let isHeld = false;
    while (this.wait(now) <= ROUNDING && !isHeld) {
      const end = Math.floor(++this.#chunks * this.#chunk + ROUNDING);
      const items = end - this.#asked;
      this.#asked = end;
      if (this.#aggregates) total += items;
      else if (items > 0) {
        isHeld = outbox.full;
        outbox.send(items);
      }
    }
    if (total === 0) return isHeld;
    isHeld = outbox.full;
    outbox.send(total);
    return isHeld;
  }

  #dueAt(now: number): number {
    return this.#before + ((now - this.#since) * this.#rate) / 1000;
  }
}

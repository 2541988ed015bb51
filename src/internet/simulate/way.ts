// SPDX-License-Identifier: Apache-2.0
import type { Clock, Random } from "../../axon/index.ts";
import { CorrelatedDraw, deviation } from "./chance.ts";
import { checkLink, type LinkOptions } from "./linkOptions.ts";
import { type LossModel, lossModel } from "./loss.ts";

/** What can go wrong with a message on its way: as on a simulated link, but by any clock. */
export type Faults = Pick<
  LinkOptions,
  "delay" | "jitter" | "distribution" | "correlation" | "keepOrder" | "rate" | "queue" | "loss" | "duplicate" | "corrupt" | "reorder"
>;

/** One direction of a relay: what is sent arrives later, or not, or damaged. @internal */
export class Way {
  /** What arrives of bytes that are sent from now on. */
  #faults: Faults;
  readonly #clock: Clock;
  readonly #random: Random;
  #loss: LossModel | undefined;
  #draw: CorrelatedDraw;
  #busyUntil = 0;
  #lastArrival = 0;
  #waiting = 0;
  /** What is on its way and comes in the order in which it was sent. */
  readonly #queue: (() => void)[] = [];
  #closed = false;

  constructor(faults: Faults, clock: Clock, random: Random) {
    checkLink(faults);
    this.#faults = faults;
    this.#clock = clock;
    this.#random = random;
    this.#loss = lossModel(faults.loss ?? 0, random);
    this.#draw = new CorrelatedDraw(random, faults.correlation ?? 0);
  }

  /** @throws RangeError for what cannot be */
  change(faults: Faults): void {
    const all = { ...this.#faults, ...faults };
    checkLink(all);
    this.#faults = all;
    if (faults.loss !== undefined) this.#loss = lossModel(faults.loss, this.#random);
    if (faults.correlation !== undefined) this.#draw = new CorrelatedDraw(this.#random, faults.correlation);
  }

  /** Sends bytes on their way; `arrive` is called for what comes to its end. */
  send(bytes: Uint8Array, arrive: (bytes: Uint8Array) => void): void {
    const { rate, queue = {}, duplicate = 0, corrupt = 0, reorder = 0 } = this.#faults;
    const now = this.#clock.now();
    if (rate !== undefined && this.#waiting >= (queue.packets ?? 1000)) return;
    const leaves = rate === undefined ? now : Math.max(now, this.#busyUntil) + (bytes.length * 8000) / rate;
    if (rate !== undefined) this.#occupy(leaves);
    if (this.#loss?.lost() === true) return;
    if (duplicate > 0 && this.#random.next() < duplicate) this.#set(bytes, leaves + this.#delay(), arrive);
    const damaged = corrupt > 0 && bytes.length > 0 && this.#random.next() < corrupt;
    const hurries = reorder > 0 && this.#random.next() < reorder;
    this.#set(damaged ? this.#damage(bytes) : bytes, leaves + (hurries ? 0 : this.#delay()), arrive);
  }

  /** What is on the way does not arrive. */
  close(): void {
    this.#closed = true;
  }

  #occupy(leaves: number): void {
    this.#busyUntil = leaves;
    this.#waiting++;
    this.#clock.setTimer(() => this.#waiting--, leaves - this.#clock.now());
  }

  #delay(): number {
    const { delay = 0, jitter = 0, distribution = "uniform" } = this.#faults;
    return jitter === 0 ? delay : Math.max(0, delay + jitter * deviation(distribution, this.#draw.next()));
  }

  #set(bytes: Uint8Array, at: number, arrive: (bytes: Uint8Array) => void): void {
    const arrives = this.#faults.keepOrder === true ? Math.max(at, this.#lastArrival) : at;
    const come = (): void => {
      if (!this.#closed) arrive(bytes);
    };
    if (arrives < this.#lastArrival) this.#clock.setTimer(come, arrives - this.#clock.now());
    else {
      this.#lastArrival = arrives;
      this.#inOrder(come, arrives - this.#clock.now());
    }
  }

  /** What comes later than all before it stays behind it, although timers of a real clock that are close together may ring the other way round. */
  #inOrder(come: () => void, wait: number): void {
    if (wait <= 0 && this.#queue.length === 0) return come();
    this.#queue.push(come);
    this.#clock.setTimer(() => this.#queue.shift()?.(), wait);
  }

  #damage(bytes: Uint8Array): Uint8Array {
    const copy = new Uint8Array(bytes);
    const bit = this.#random.integer(bytes.length * 8);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    return copy;
  }
}

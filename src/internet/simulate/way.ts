// SPDX-License-Identifier: Apache-2.0
import type { Clock, Random } from "../../axon/index.ts";
import { CorrelatedDraw, deviation } from "./chance.ts";
import { CoDel, DropTail } from "./codel.ts";
import { checkRelay, type LinkOptions } from "./linkOptions.ts";
import { type LossModel, lossModel } from "./loss.ts";

/** What can go wrong with a message on its way: as on a simulated link, but by any clock. */
export type Faults = Pick<
  LinkOptions,
  "delay" | "jitter" | "distribution" | "correlation" | "keepOrder" | "rate" | "queue" | "loss" | "duplicate" | "corrupt" | "reorder"
>;

/** What is sent, and what to do with it when it arrives. */
interface Item {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly arrive: (bytes: Uint8Array) => void;
}

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
  /** What has not left, as one queue, and its bytes. */
  #waiting = 0;
  #waitingBytes = 0;
  /** Decides what of it leaves, if it is no plain queue; and whether somebody takes from it. */
  #codel: CoDel<Item> | undefined;
  #serving = false;
  /** What is on its way and comes in the order in which it was sent. */
  readonly #queue: (() => void)[] = [];
  #closed = false;

  constructor(faults: Faults, clock: Clock, random: Random) {
    checkRelay(faults);
    this.#faults = faults;
    this.#clock = clock;
    this.#random = random;
    this.#loss = lossModel(faults.loss ?? 0, random);
    this.#draw = new CorrelatedDraw(random, faults.correlation ?? 0);
    this.#codel = this.#codelFor(faults);
  }

  /** @throws RangeError for what cannot be */
  change(faults: Faults): void {
    const all = { ...this.#faults, ...faults };
    checkRelay(all);
    this.#faults = all;
    if (faults.loss !== undefined) this.#loss = lossModel(faults.loss, this.#random);
    if (faults.queue !== undefined) this.#changeQueue();
    if (faults.correlation !== undefined) this.#draw = new CorrelatedDraw(this.#random, faults.correlation);
  }

  /** Sends bytes on their way; `arrive` is called for what comes to its end. */
  send(bytes: Uint8Array, arrive: (bytes: Uint8Array) => void): void {
    const { rate, queue: { packets = 1000, bytes: most = Infinity } = {} } = this.#faults;
    const now = this.#clock.now();
    const item = { size: bytes.length, bytes, arrive };
    if (rate === undefined) return this.#travel(item, now);
    if (this.#waiting >= packets || this.#waitingBytes + item.size > most) return;
    this.#waiting++;
    this.#waitingBytes += item.size;
    if (!this.#serving) this.#busyUntil = Math.max(now, this.#busyUntil);
    if (this.#codel === undefined) return this.#leave(item, rate);
    this.#codel.push(now, item);
    if (this.#serving) return;
    this.#serving = true;
    this.#serve();
  }

  /** What is on the way does not arrive. */
  close(): void {
    this.#closed = true;
  }

  /** It has the rate to itself once all before it has left. */
  #leave(item: Item, rate: number): void {
    this.#busyUntil += (item.size * 8000) / rate;
    this.#clock.setTimer(() => this.#left(item), this.#busyUntil - this.#clock.now());
    this.#travel(item, this.#busyUntil);
  }

  #left({ size }: Item): void {
    this.#waiting--;
    this.#waitingBytes -= size;
  }

  /** Lets the next ones leave, each when the one before it has; timers of a real clock are late, and so there may be several. */
  readonly #serve = (): void => {
    const { rate = Infinity } = this.#faults;
    const now = this.#clock.now();
    while (this.#serving && this.#busyUntil <= now) {
      const next = this.#codel?.shift(now);
      if (next === undefined) this.#serving = false;
      else this.#leave(next, rate);
    }
    if (this.#serving) this.#clock.setTimer(this.#serve, this.#busyUntil - now);
  };

  #codelFor({ queue: { discipline, target = 5, interval = 100 } = {} }: Faults): CoDel<Item> | undefined {
    return discipline === "codel" ? new CoDel(new DropTail(Infinity, Infinity), target, interval, (item) => this.#left(item)) : undefined;
  }

  /** What waits goes on as the new queue wants it. */
  #changeQueue(): void {
    const before = this.#codel;
    this.#codel = this.#codelFor(this.#faults);
    const now = this.#clock.now();
    for (let item = before?.shift(now); item !== undefined; item = before?.shift(now)) {
      this.#left(item);
      this.send(item.bytes, item.arrive);
    }
  }

  #travel({ bytes, arrive }: Item, leaves: number): void {
    const { duplicate = 0, corrupt = 0, reorder = 0 } = this.#faults;
    if (this.#loss?.lost() === true) return;
    if (duplicate > 0 && this.#random.next() < duplicate) this.#set(bytes, leaves + this.#delay(), arrive);
    const damaged = corrupt > 0 && bytes.length > 0 && this.#random.next() < corrupt;
    const hurries = reorder > 0 && this.#random.next() < reorder;
    this.#set(damaged ? this.#damage(bytes) : bytes, leaves + (hurries ? 0 : this.#delay()), arrive);
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

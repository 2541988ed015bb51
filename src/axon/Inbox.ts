// SPDX-License-Identifier: Apache-2.0
import { ENDED, HELD } from "./flags.ts";
import type { Linkage } from "./linkage.ts";
import type { Microprocess } from "./Microprocess.ts";
import { callOutside, interruptFor, resume, runningNow } from "./running.ts";
import { inOrder, isWaiting, joined, type Waiter, type Waiters } from "./waiters.ts";

/** What a linkage needs of an inbox, seen from outside. `deliver` is a property, so `T` is checked contravariantly. */
export interface Destination<in T> {
  readonly deliver: (message: T) => void;
}

/** How many messages wait in an inbox before it counts as full, unless it is told otherwise. */
export const DEFAULT_BOUND = 128;

/** An arriving message just waits in the box. */
export const NOTHING = 0;
/** It wakes the owner, who sleeps until something comes. */
export const WAKES = 1;
/** It is for the kernel: this is the control box of a component that does not read it itself. */
export const COMMANDS = 2;
/** The kernel looks at it, too: this is the control box of a component that reads it itself. */
export const OVERHEARD = 4;

// See flags.ts.
const [nothing, wakes, held] = [NOTHING, WAKES, HELD];

const NO_RING: never[] = [];

/**
 * Messages waiting for a component, oldest first.
 *
 * A ring that grows by doubling and is allocated with the first message. Its two ends count all messages ever, so that the counters cost nothing.
 */
export class Inbox<T = any> implements Destination<T> {
  // First what every message needs, so that it is near together.
  /** @internal */ ring: (T | undefined)[] = NO_RING;
  /** @internal Size of the ring less one; the size is a power of two. */ mask = -1;
  /** @internal How many were taken. */ head = 0;
  /** @internal How many arrived. */ tail = 0;
  /** @internal From this length on, `accept` has more to do than to store: grow, note a new peak, or hold the sender. */ limit = 0;
  /** @internal */ onArrival: number = NOTHING;
  /** @internal */ readonly owner: Microprocess;
  /** @internal Who waits for room here. */ waiters: Waiters;
  /** @internal */ bound: number;
  /** @internal */ peak = 0;
  /** @internal The box that this one is passed through to. */ next: Inbox | undefined;
  /** @internal The linkages that end here. */ sources: Linkage[] | undefined;

  /** @internal */
  constructor(owner: Microprocess, bound: number = DEFAULT_BOUND) {
    this.owner = owner;
    this.bound = bound;
  }

  /** How many messages wait here. 0 for a box that is passed through: they wait at its far end. */
  get length(): number {
    return this.tail - this.head;
  }

  /** Whether as many messages wait as the box is meant to hold. It takes more, but then their sender is held. */
  get full(): boolean {
    return this.tail - this.head >= this.bound;
  }

  /** How many messages came that nobody will read. */
  get drops(): number {
    return this.owner.extras?.drops?.get(this) ?? 0;
  }

  /**
   * Takes the oldest message. Call it after `yield inbox` answered true.
   *
   * @throws RangeError when the box is empty, or is passed through to another component
   */
  recv(): T {
    if (this.head === this.tail) throw this.#nothingToReceive();
    return this.take();
  }

  /** @internal Takes the oldest message of a box that is not empty. */
  take(): T {
    const { head } = this;
    const at = head & this.mask;
    const message = this.ring[at] as T;
    this.ring[at] = undefined;
    this.head = head + 1;
    if (this.waiters !== undefined) this.makeRoom();
    return message;
  }

  /** Looks at the oldest message without taking it; undefined when there is none. */
  peekNext(): T | undefined {
    return this.head === this.tail ? undefined : this.ring[this.head & this.mask];
  }

  /**
   * Takes message after message, until the box is empty or the component is held because a box it sends to is full.
   * The held rest stays here for the next turn.
   */
  [Symbol.iterator](): IterableIterator<T, void, void> {
    return new Drain<T>(this);
  }

  /** Puts a message here from outside the system: a test, a socket, a callback. Inside, send it from an outbox. */
  deliver(message: T): void {
    let box: Inbox = this;
    while (box.next !== undefined) box = box.next;
    box.accept(message);
  }

  /** @internal Where every message arrives. */
  accept(message: T): void {
    const tail = this.tail;
    const length = tail - this.head;
    if (length >= this.limit && !this.#stretch(length)) return;
    this.ring[tail & this.mask] = message;
    this.tail = tail + 1;
    if (this.onArrival === nothing) return;
    if (this.onArrival === wakes) {
      this.onArrival = nothing;
      this.owner.wake();
    } else this.#announce(message);
  }

  /** @internal Calls back once, as soon as the box has drained to half. */
  whenRoom(waiter: Waiter): void {
    this.waiters = joined(this.waiters, waiter);
    this.makeRoom();
  }

  /** @internal Lets those who wait go on, if the box has drained to half, or will never drain. */
  makeRoom(): void {
    const waiters = this.waiters;
    if (waiters === undefined || (this.tail - this.head > this.bound / 2 && (this.owner.flags & ENDED) === 0)) return;
    this.waiters = undefined;
    for (const waiter of inOrder(waiters)) {
      if (typeof waiter === "function") callOutside(waiter);
      else waiter.release();
    }
  }

  /** @internal Sets how many messages make the box full. */
  setBound(bound: number): void {
    if (!(bound >= 1)) throw new RangeError(`Cannot set the size of a box to ${bound}: it holds 1 message or more, Infinity for no bound`);
    this.bound = bound;
    if (this.limit >= 0) this.limit = Math.min(this.mask + 1, this.peak, bound);
    this.makeRoom();
  }

  /** @internal Moves what waits here to another box, in order. Who links has sent nothing, so it is not held; who waited for room here waits there. */
  moveTo(to: Inbox): void {
    if (this.head === this.tail) return;
    const { waiters } = this;
    this.waiters = undefined;
    interruptFor(undefined);
    try {
      while (this.head !== this.tail) to.accept(this.recv());
    } finally {
      resume();
    }
    for (const waiter of inOrder(waiters)) {
      if (to.full && !isWaiting(to.waiters, waiter)) to.waiters = joined(to.waiters, waiter);
      else if (typeof waiter === "function") callOutside(waiter);
      else waiter.release();
    }
    to.makeRoom();
  }

  /** @internal Its component has ended: messages are dropped from now on, and nobody is held. */
  close(): void {
    if ((this.onArrival & COMMANDS) === 0) this.limit = -1;
    if (this.waiters !== undefined) this.makeRoom();
  }

  /** Makes way for one more message; false if it is not wanted any more. */
  #stretch(length: number): boolean {
    if ((this.owner.flags & ENDED) !== 0 && (this.onArrival & COMMANDS) === 0) {
      this.owner.countDrop(this);
      return false;
    }
    if (length > this.mask) this.#grow(length);
    if (length >= this.peak) this.peak = length + 1;
    if (length >= this.bound) runningNow()?.holdFor(this);
    this.limit = Math.min(this.mask + 1, this.peak, this.bound);
    return true;
  }

  #grow(length: number): void {
    const size = length === 0 ? 4 : length * 2;
    const ring = new Array<T | undefined>(size);
    for (let i = this.head; i < this.tail; i++) ring[i & (size - 1)] = this.ring[i & this.mask];
    for (let i = this.tail; i < this.head + size; i++) ring[i & (size - 1)] = undefined; // no holes: they are slow to read
    this.ring = ring;
    this.mask = size - 1;
  }

  #announce(message: T): void {
    if ((this.onArrival & COMMANDS) !== 0) {
      this.owner.tell(this.recv());
      return;
    }
    const awaited = (this.onArrival & WAKES) !== 0;
    this.onArrival &= OVERHEARD;
    if (this.onArrival === OVERHEARD) this.owner.overrule(message);
    if (awaited) this.owner.wake();
  }

  #nothingToReceive(): RangeError {
    const name = this.owner.nameOfBox(this);
    if (this.next !== undefined)
      return new RangeError(`Cannot recv from ${name}: it is passed through to ${this.next.owner.nameOfBox(this.next)}`);
    return new RangeError(`Cannot recv from ${name}: it is empty; call recv after "yield inbox" answered true`);
  }
}

/** Reads a box in a `for` loop. */
class Drain<T> implements IterableIterator<T, void, void> {
  readonly #box: Inbox<T>;
  constructor(box: Inbox<T>) {
    this.#box = box;
  }
  [Symbol.iterator](): this {
    return this;
  }
  next(): IteratorResult<T, void> {
    const box = this.#box;
    let value: T | undefined;
    let done = true;
    if (box.head !== box.tail && (box.owner.flags & held) === 0) {
      done = false;
      value = box.take();
    }
    return { value, done } as IteratorResult<T, void>; // one place where it is made: then it need not be made at all
  }
}

// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Timer, TimerQueue } from "../axon/index.ts";

/** How a clock of virtual time starts. */
export interface VirtualClockOptions {
  /** Milliseconds since 1970 that the wall clock shows at the start. Default 0. */
  readonly wallTime?: number;
  /** Whether time moves on by itself when nothing is left to do. Default true; otherwise only `advance` moves it. */
  readonly auto?: boolean;
}

/**
 * Time that passes only when nothing is left to do now: an hour takes as long as what happens in it.
 *
 * @example
 * const clock = new VirtualClock();
 * await new System({ clock }).run(Ticker({ every: 60_000, times: 60 }));
 * clock.now(); // 3600000
 */
export class VirtualClock implements Clock {
  /** Whether time moves on by itself when nothing is left to do. */
  readonly auto: boolean;
  readonly #timers = new TimerQueue();
  #start: number;
  #now = 0;

  constructor({ wallTime = 0, auto = true }: VirtualClockOptions = {}) {
    this.#start = wallTime;
    this.auto = auto;
  }

  /** How many timers are still to come. */
  get coming(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#start + this.#now;
  }

  setTimer(callback: () => void, delay: number): Timer {
    const due = this.#timers.add(this.#now + Math.max(0, delay), callback);
    return { cancel: () => this.#timers.cancel(due) };
  }

  /**
   * Lets so many milliseconds pass; what falls due on the way is called at its own time.
   *
   * @throws RangeError for less than nothing: time never goes back
   */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0)) throw new RangeError(`Cannot advance by ${milliseconds} ms: time never goes back`);
    const end = this.#now + milliseconds;
    while (this.advanceToNext(end));
    this.#now = end;
  }

  /** Moves on to the next timer that is due by then, and calls it. Answers whether there was one. */
  advanceToNext(end: number = Infinity): boolean {
    const due = this.#timers.take(end);
    if (due === undefined) return false;
    this.#now = Math.max(this.#now, due.at);
    due.callback();
    return true;
  }

  /** Sets the wall clock on or back, as people and time servers do; `now` and timers do not notice. */
  setWallTime(milliseconds: number): void {
    this.#start = milliseconds - this.#now;
  }

  /** Moves on to the next timer, if time moves by itself. */
  idle(): boolean {
    return this.auto && this.advanceToNext();
  }
}

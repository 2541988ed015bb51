// SPDX-License-Identifier: Apache-2.0
import { host } from "#host";
import { TimerQueue } from "./timers.ts";

/** A timer that was set. */
export interface Timer {
  cancel(): void;
}

/** Where a system's components take the time from. Components never use `Date` or `setTimeout` themselves. */
export interface Clock {
  /** Milliseconds since some start, with fractions. Never goes back, whatever happens to the wall clock. */
  now(): number;
  /** Milliseconds since 1970 by the wall clock, which may jump. For dates, not for durations. */
  wallTime(): number;
  /** Calls back once, `delay` milliseconds from now. */
  setTimer(callback: () => void, delay: number): Timer;
  /** A clock of virtual time is told here that nothing is left to do now; it answers whether it moved on. */
  idle?(): boolean;
}

/** The longest delay that the host's own timers take: 2^31 - 1 ms, or 24.8 days. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** The real time. All timers of all systems share one timer of the host. */
export class RealClock implements Clock {
  readonly #timers = new TimerQueue();
  #handle: ReturnType<typeof setTimeout> | undefined;
  #handleAt = Infinity;

  now(): number {
    return host.now();
  }

  wallTime(): number {
    return Date.now();
  }

  setTimer(callback: () => void, delay: number): Timer {
    const due = this.#timers.add(host.now() + Math.max(0, delay), callback);
    this.#arm();
    return {
      cancel: () => {
        this.#timers.cancel(due);
        this.#arm();
      },
    };
  }

  #arm(): void {
    const next = this.#timers.peek()?.at ?? Infinity;
    if (next === this.#handleAt) return;
    clearTimeout(this.#handle);
    this.#handleAt = next;
    if (next === Infinity) return;
    const delay = Math.min(LONGEST_DELAY, Math.max(0, Math.ceil(next - host.now())));
    this.#handle = setTimeout(() => this.#fire(), delay);
  }

  #fire(): void {
    this.#handleAt = Infinity;
    const now = host.now();
    try {
      for (let due = this.#timers.take(now); due !== undefined; due = this.#timers.take(now)) due.callback();
    } finally {
      this.#arm(); // also when a callback throws: the others still come
    }
  }
}

/** The clock that systems share unless they are given one of their own. */
export const realClock: Clock = new RealClock();

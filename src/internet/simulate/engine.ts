// SPDX-License-Identifier: Apache-2.0
import { realClock } from "../../axon/index.ts";
import { afterEventLoop, afterPromises } from "./defer.ts";
import type { SimulatedSystem } from "./system.ts";
import { NEVER, type Timeline } from "./timeline.ts";

/** Milliseconds of real time after which the event loop has its turn. */
const SLICE = 8;
/** Things that happen between two looks at the real clock. */
const BETWEEN_LOOKS = 256;
/** Turns of a system, and other things that happen, at one moment, after which what code outside has promised comes true in the midst of it. */
const MANY = 1024;

/** What has its turn before more time passes; "rest": nothing is left to do. */
type After = "event loop" | "promises" | "real time" | "rest";

/** Somebody who waits for a time to come. */
interface Waiter {
  readonly until: number;
  readonly resolve: () => void;
}

/**
 * What makes time pass: lets all systems do what they can do now, in the order in which they had something to do; then what code outside has promised come
 * true; then the next thing happen. So nothing depends on how fast the machine is: the event loop has its turn where promises come true anyway, or where none
 * can be waiting. Where a moment is long there is a pause in it after so many things, not after some time.
 *
 * @internal
 */
export class Engine {
  readonly #timeline: Timeline;
  readonly #auto: boolean;
  readonly #speed: number;
  /** Systems that have something to do. */
  readonly #ready = new Set<SimulatedSystem>();
  #waiters: Waiter[] = [];
  #scheduled = false;
  /** When the slice ends, by the real clock; and what has happened, to look at that sometimes. */
  #end = 0;
  #steps = 0;
  /** What has happened at this moment since promises came true. */
  #together = 0;
  /** When time began to pass, by the real clock and by this one. */
  #pace: { readonly real: number; readonly simulated: number } | undefined;

  constructor(timeline: Timeline, auto: boolean, speed: number) {
    if (!(speed > 0)) throw new RangeError(`Cannot simulate ${speed} ms in one of real time: give more than 0`);
    this.#timeline = timeline;
    this.#auto = auto;
    this.#speed = speed;
    timeline.onNeed = () => this.#schedule();
  }

  ready(system: SimulatedSystem): void {
    this.#ready.add(system);
    this.#timeline.awake = true;
    this.#schedule();
  }

  /** Fulfilled when it is this time, or nothing is left to happen before. */
  until(time: number): Promise<void> {
    this.#timeline.touched = true;
    return new Promise((resolve) => {
      this.#waiters.push({ until: time, resolve });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    afterEventLoop(this.#slice);
  }

  /** A turn of the event loop is over: there is time for more. */
  readonly #slice = (): void => {
    this.#end = realClock.now() + SLICE;
    this.#run();
  };

  /** It counts as scheduled while it runs: what becomes ready meanwhile it sees itself, and a second slice would take the event loop's turn. */
  readonly #run = (): void => {
    this.#scheduled = true;
    let after: After = "rest";
    try {
      after = this.#pass();
    } finally {
      this.#scheduled = after !== "rest";
    }
    if (after === "event loop") afterEventLoop(this.#slice);
    else if (after === "promises") afterPromises(this.#run);
  };

  /** Lets time pass, and answers what is to come before more of it may. */
  #pass(): After {
    const timeline = this.#timeline;
    for (;;) {
      if (this.#ready.size > 0 && !this.#runSystems()) return this.#pause();
      if (timeline.touched && timeline.next > timeline.time) {
        timeline.touched = false;
        this.#together = 0;
        return this.#isLate() ? "event loop" : "promises";
      }
      const next = timeline.next;
      const limit = this.#limit();
      if (next > limit || next === NEVER) {
        if (this.#arrive(limit)) return "event loop";
        timeline.awake = next !== NEVER && limit === NEVER;
        return "rest";
      }
      if (this.#speed < Infinity && this.#mustWait(next)) return "real time";
      timeline.step();
      if (timeline.touched) {
        if (++this.#together >= MANY) return this.#pause();
      } else if (this.#isLate()) return "event loop";
    }
  }

  /** In the midst of a moment. */
  #pause(): After {
    this.#together = 0;
    return realClock.now() >= this.#end ? "event loop" : "promises";
  }

  /** Whether the event loop must have its turn. */
  #isLate(): boolean {
    if (++this.#steps < BETWEEN_LOOKS) return false;
    this.#steps = 0;
    return realClock.now() >= this.#end;
  }

  /** Lets the systems do all they can do now. Answers whether they have. */
  #runSystems(): boolean {
    this.#timeline.touched = true;
    for (const system of this.#ready) {
      let turns = 0;
      while (system.step() !== undefined) if (++turns >= MANY) return false;
      this.#steps += turns;
      this.#ready.delete(system);
    }
    return true;
  }

  /** Up to when time may pass now. */
  #limit(): number {
    if (this.#waiters.length > 0) return this.#waiters.reduce((least, { until }) => Math.min(least, until), Infinity);
    return this.#auto ? Infinity : this.#timeline.time;
  }

  /** Nothing more happens up to this time. Answers whether anybody has waited for that. */
  #arrive(limit: number): boolean {
    const timeline = this.#timeline;
    if (limit < Infinity && limit > timeline.time) timeline.time = limit;
    const due = this.#waiters.filter(({ until }) => until <= limit);
    this.#waiters = this.#waiters.filter(({ until }) => until > limit);
    for (const { resolve } of due) resolve();
    if (due.length > 0) timeline.touched = true;
    return due.length > 0;
  }

  /** Whether the real time is not there yet. */
  #mustWait(next: number): boolean {
    this.#pace ??= { real: realClock.now(), simulated: this.#timeline.time };
    const due = this.#pace.real + (next - this.#pace.simulated) / this.#speed;
    const wait = due - realClock.now();
    if (wait <= 0) return false;
    realClock.setTimer(() => {
      this.#scheduled = false;
      this.#schedule();
    }, wait);
    return true;
  }
}

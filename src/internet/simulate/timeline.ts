// SPDX-License-Identifier: Apache-2.0
import type { Clock, Timer } from "../../axon/index.ts";

/** Something that happens at a time, once or again and again. @internal */
export interface Happening {
  /** {@link IDLE}: it has nothing to do any more, is thrown away when it is its turn, and time does not move for it. {@link GONE}: it is not in the timeline. */
  state: number;
  /** Happens, and answers when it is to happen again: {@link NEVER}, or a time. */
  happen(): number;
}

/** @internal */
export const NEVER: number = Infinity;
/** @internal */
export const LIVE = 0;
/** @internal */
export const IDLE = 1;
/** @internal */
export const GONE = 2;

/** From so many cancelled timers on, they are thrown out when they are the majority. */
const MANY = 256;

/**
 * The virtual time of a simulated network, and all that is to happen in it: a heap of four branches in typed arrays, ordered by time, then by who came first.
 * It is the clock of the components on that network, too.
 *
 * @internal
 */
export class Timeline implements Clock {
  /** Milliseconds since the start. A field, because every packet looks. */
  time = 0;
  /** Called when something is to happen, and nobody turns the handle. */
  onNeed: () => void = () => {};
  /** Somebody turns the handle. */
  awake = false;
  /** Code outside of the network was called: what it has promised must come true before time moves on. */
  touched = false;
  readonly #start: number;
  #at = new Float64Array(64);
  #order = new Float64Array(64);
  #what: Happening[] = [];
  #count = 0;
  #cancelled = 0;

  /** @param wallTime milliseconds since 1970 at the start */
  constructor(wallTime: number) {
    this.#start = wallTime;
  }

  now(): number {
    return this.time;
  }

  wallTime(): number {
    return this.#start + this.time;
  }

  setTimer(callback: () => void, delay: number): Timer {
    const alarm = new Alarm(this, callback);
    this.schedule(this.time + Math.max(0, delay), alarm);
    return alarm;
  }

  schedule(at: number, what: Happening): void {
    what.state = LIVE;
    const size = this.#what.length;
    if (size === this.#at.length) {
      this.#at = grown(this.#at);
      this.#order = grown(this.#order);
    }
    this.#what.push(what);
    this.#up(size, at < this.time ? this.time : at, this.#count++, what);
    if (this.awake) return;
    this.awake = true;
    this.onNeed();
  }

  /** When the next thing happens. */
  get next(): number {
    if (this.#cancelled > MANY && this.#cancelled * 2 > this.#what.length) this.#clearOut();
    while (this.#what.length > 0 && this.#what[0]!.state === IDLE) this.#removeFirst();
    return this.#what.length > 0 ? this.#at[0]! : NEVER;
  }

  /** Moves on to the next thing, and lets it happen. To be called only if there is one: ask for `next` before. */
  step(): void {
    const what = this.#what[0]!;
    this.time = this.#at[0]!;
    const again = what.happen(); // what is scheduled meanwhile comes later, and so below it
    if (again === NEVER) this.#removeFirst();
    else this.#down(0, again < this.time ? this.time : again, this.#count++, what);
  }

  /** @internal */
  cancelled(): void {
    this.#cancelled++;
  }

  #clearOut(): void {
    const left = this.#what
      .map((what, i) => ({ what, at: this.#at[i]!, order: this.#order[i]! }))
      .filter(({ what }) => what.state === LIVE);
    for (const what of this.#what) if (what.state === IDLE) what.state = GONE;
    left.sort((a, b) => a.at - b.at || a.order - b.order); // what is sorted is a heap
    this.#what = left.map(({ what }) => what);
    left.forEach(({ at, order }, i) => {
      this.#at[i] = at;
      this.#order[i] = order;
    });
    this.#cancelled = 0;
  }

  #removeFirst(): void {
    this.#what[0]!.state = GONE;
    const last = this.#what.length - 1;
    const what = this.#what.pop()!;
    if (last > 0) this.#down(0, this.#at[last]!, this.#order[last]!, what);
  }

  #up(hole: number, at: number, order: number, what: Happening): void {
    let place = hole;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      if (at > this.#at[parent]! || (at === this.#at[parent]! && order > this.#order[parent]!)) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#put(place, at, order, what);
  }

  #down(hole: number, at: number, order: number, what: Happening): void {
    const size = this.#what.length;
    const times = this.#at;
    let place = hole;
    for (;;) {
      const first = 4 * place + 1;
      if (first >= size) break;
      const end = first + 4 < size ? first + 4 : size;
      let least = first;
      for (let child = first + 1; child < end; child++) {
        if (times[child]! > times[least]!) continue;
        if (times[child]! < times[least]! || this.#order[child]! < this.#order[least]!) least = child;
      }
      if (at < times[least]! || (at === times[least]! && order < this.#order[least]!)) break;
      this.#move(least, place);
      place = least;
    }
    this.#put(place, at, order, what);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#at[from]!, this.#order[from]!, this.#what[from]!);
  }

  #put(place: number, at: number, order: number, what: Happening): void {
    this.#at[place] = at;
    this.#order[place] = order;
    this.#what[place] = what;
  }
}

/** A timer that a component has set. */
class Alarm implements Happening, Timer {
  state: number = LIVE;
  readonly #timeline: Timeline;
  #callback: (() => void) | undefined;

  constructor(timeline: Timeline, callback: () => void) {
    this.#timeline = timeline;
    this.#callback = callback;
  }

  happen(): number {
    const callback = this.#callback!;
    this.#callback = undefined;
    this.#timeline.touched = true;
    callback();
    return NEVER;
  }

  cancel(): void {
    if (this.#callback === undefined) return;
    this.#callback = undefined;
    this.state = IDLE;
    this.#timeline.cancelled();
  }
}

/** Something that happens once, within the network. @internal */
export class Once implements Happening {
  state: number = LIVE;
  readonly #what: () => void;

  constructor(what: () => void) {
    this.#what = what;
  }

  happen(): number {
    this.#what();
    return NEVER;
  }
}

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}

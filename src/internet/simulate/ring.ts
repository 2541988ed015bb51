// SPDX-License-Identifier: Apache-2.0

/** First in, first out: things with a time, in a ring that grows. @internal */
export class TimedRing<T> {
  #times = new Float64Array(4);
  #things: (T | undefined)[] = new Array<undefined>(4).fill(undefined);
  #head = 0;
  #tail = 0;

  get length(): number {
    return this.#tail - this.#head;
  }

  /** The time of the first; Infinity if there is none. */
  get firstTime(): number {
    return this.#head === this.#tail ? Infinity : this.#times[this.#head & (this.#times.length - 1)]!;
  }

  push(time: number, thing: T): void {
    if (this.#tail - this.#head === this.#times.length) this.#grow();
    const place = this.#tail++ & (this.#times.length - 1);
    this.#times[place] = time;
    this.#things[place] = thing;
  }

  /** Takes out the first. To be called only if there is one. */
  shift(): T {
    const place = this.#head++ & (this.#times.length - 1);
    const thing = this.#things[place]!;
    this.#things[place] = undefined;
    return thing;
  }

  #grow(): void {
    const size = this.#times.length;
    const times = new Float64Array(size * 2);
    const things = new Array<T | undefined>(size * 2).fill(undefined);
    for (let i = this.#head; i < this.#tail; i++) {
      times[i & (size * 2 - 1)] = this.#times[i & (size - 1)]!;
      things[i & (size * 2 - 1)] = this.#things[i & (size - 1)];
    }
    this.#times = times;
    this.#things = things;
  }
}

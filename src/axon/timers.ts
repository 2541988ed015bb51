// SPDX-License-Identifier: Apache-2.0

/** A call that is due at some time. */
export interface Due {
  readonly at: number;
  /** Ties are called in the order in which they were set. */
  readonly order: number;
  readonly callback: () => void;
  state: typeof WAITING | typeof CANCELLED | typeof TAKEN;
}

const WAITING = 0;
const CANCELLED = 1;
const TAKEN = 2;
/** From so many cancelled calls on, they are thrown out when they are the majority. */
const MANY = 64;

/** Calls in the order in which they fall due: a binary heap, so that 100,000 sleepers cost one timer of the host. */
export class TimerQueue {
  readonly #heap: Due[] = [];
  #order = 0;
  #cancelled = 0;

  /** How many are still to come. */
  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  /** How many places are in use: those that were cancelled leave when their time comes, or when they are too many. */
  get places(): number {
    return this.#heap.length;
  }

  /** @throws RangeError for a time that is no number */
  add(at: number, callback: () => void): Due {
    if (Number.isNaN(at)) throw new RangeError("Cannot set a timer: its delay is no number; give milliseconds");
    const due: Due = { at, order: this.#order++, callback, state: WAITING };
    this.#heap.push(due);
    this.#up(this.#heap.length - 1);
    return due;
  }

  /** Takes back a call that has not been taken out. */
  cancel(due: Due): void {
    if (due.state !== WAITING) return;
    due.state = CANCELLED;
    if (++this.#cancelled > MANY && this.#cancelled * 2 > this.#heap.length) this.#clearOut();
  }

  /** The next one that was not cancelled. */
  peek(): Due | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.state !== CANCELLED) return first;
      this.#removeFirst();
      this.#cancelled--;
    }
  }

  /** Takes the next one out if it is due. */
  take(now: number): Due | undefined {
    const first = this.peek();
    if (first === undefined || first.at > now || first.at === Infinity) return undefined;
    this.#removeFirst();
    first.state = TAKEN;
    return first;
  }

  #clearOut(): void {
    const heap = this.#heap;
    let kept = 0;
    for (const due of heap) if (due.state !== CANCELLED) heap[kept++] = due;
    heap.length = kept;
    this.#cancelled = 0;
    for (let i = (kept >> 1) - 1; i >= 0; i--) this.#down(i);
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #up(start: number): void {
    const heap = this.#heap;
    for (let i = start; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!before(heap[i]!, heap[parent]!)) return;
      [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
      i = parent;
    }
  }

  #down(start: number): void {
    const heap = this.#heap;
    for (let i = start; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
      if (least === i) return;
      [heap[i], heap[least]] = [heap[least]!, heap[i]!];
      i = least;
    }
  }
}

function before(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

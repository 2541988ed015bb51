// SPDX-License-Identifier: Apache-2.0

/** Things in a row, first in, first out: two stacks, so that taking one moves no others and keeps none that are gone. @internal */
export class Fifo<T> {
  #newest: T[] = [];
  #oldest: T[] = [];

  get length(): number {
    return this.#newest.length + this.#oldest.length;
  }

  push(item: T): void {
    this.#newest.push(item);
  }

  /** The oldest, which stays; undefined when there is none. */
  peek(): T | undefined {
    if (this.#oldest.length === 0) [this.#oldest, this.#newest] = [this.#newest.reverse(), this.#oldest];
    return this.#oldest.at(-1);
  }

  /** Takes the oldest; undefined when there is none. */
  shift(): T | undefined {
    this.peek();
    return this.#oldest.pop();
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Change } from "./Changes.ts";
import type { System } from "./System.ts";

/** So many changes came faster than they were taken, and were left out, the oldest first. */
export interface Missed {
  readonly type: "missed";
  readonly count: number;
}

/** How to follow the changes of a system. */
export interface ChangesOptions {
  /** How many changes wait at most; when more come, the oldest are left out. Default 1000. */
  readonly most?: number;
}

/**
 * The changes of a system from now on, one after the other: `for await (const change of changes(system))`. It ends when the loop is left; until then,
 * changes that are not taken wait, up to a bound. {@link System.observe} tells of each change at the moment it happens.
 *
 * @example
 * for await (const change of changes(system)) if (change.type === "ended") console.log(change.component.name, change.reason);
 */
export function changes(system: System, { most = 1000 }: ChangesOptions = {}): AsyncIterableIterator<Change | Missed, undefined, void> {
  return new ChangeStream(system, most);
}

type Result = IteratorResult<Change | Missed, undefined>;
const OVER: Result = { value: undefined, done: true };

class ChangeStream implements AsyncIterableIterator<Change | Missed, undefined, void> {
  readonly #most: number;
  readonly #stop: () => void;
  #over = false;
  #missed = 0;
  readonly #come: Change[] = [];
  readonly #wanted: ((result: Result) => void)[] = [];

  constructor(system: System, most: number) {
    if (!(most >= 1)) throw new RangeError(`Cannot follow changes with room for ${most}: give 1 or more`);
    this.#most = most;
    this.#stop = system.observe((change) => this.#add(change));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.#over) return Promise.resolve(OVER);
    if (this.#missed > 0) {
      const count = this.#missed;
      this.#missed = 0;
      return Promise.resolve({ value: { type: "missed", count }, done: false });
    }
    const change = this.#come.shift();
    if (change !== undefined) return Promise.resolve({ value: change, done: false });
    return new Promise((resolve) => this.#wanted.push(resolve));
  }

  return(): Promise<Result> {
    this.#over = true;
    this.#stop();
    this.#come.length = 0;
    for (const resolve of this.#wanted.splice(0)) resolve(OVER);
    return Promise.resolve(OVER);
  }

  #add(change: Change): void {
    const resolve = this.#wanted.shift();
    if (resolve !== undefined) {
      resolve({ value: change, done: false });
      return;
    }
    if (this.#come.length === this.#most) {
      this.#come.shift();
      this.#missed++;
    }
    this.#come.push(change);
  }
}

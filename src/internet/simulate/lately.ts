// SPDX-License-Identifier: Apache-2.0
import type { Clock } from "../../axon/index.ts";

/** What is there, and what was a moment ago: the other end may hear of it only after it has gone. */
export class Lately {
  readonly #clock: Clock;
  /** Milliseconds for which something counts after it has gone. */
  readonly #keep: number;
  readonly #there = new Map<string, number>();
  readonly #gone = new Map<string, number>();

  constructor(clock: Clock, keep = 1000) {
    this.#clock = clock;
    this.#keep = keep;
  }

  has(name: string): boolean {
    return this.#there.has(name) || this.#clock.now() - (this.#gone.get(name) ?? -Infinity) < this.#keep;
  }

  /** One more of this name is there. */
  add(name: string): void {
    this.#there.set(name, (this.#there.get(name) ?? 0) + 1);
  }

  /** One of this name has gone. */
  remove(name: string): void {
    const left = (this.#there.get(name) ?? 1) - 1;
    if (left > 0) return void this.#there.set(name, left);
    this.#there.delete(name);
    this.#gone.delete(name);
    this.#gone.set(name, this.#clock.now());
    for (const [one, at] of this.#gone) {
      if (this.#clock.now() - at < this.#keep) return;
      this.#gone.delete(one);
    }
  }
}

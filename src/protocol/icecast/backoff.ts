// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";

/** When to try again. */
export interface BackoffOptions {
  /** Milliseconds before the first try after one that has failed; each further one waits twice as long. Default 1000. */
  readonly firstDelay?: number;
  /** Milliseconds that are waited at most. Default 60,000. */
  readonly maxDelay?: number;
  /** How often in a row it may fail before it gives up. Default: it never does. */
  readonly maxRetries?: number;
}

/** Counts what fails in a row. */
export class Backoff {
  readonly #first: number;
  readonly #most: number;
  readonly #retries: number;
  #failures = 0;

  /** @throws RangeError for times and numbers below 0 */
  constructor({ firstDelay = 1000, maxDelay = 60_000, maxRetries = Infinity }: BackoffOptions) {
    for (const [name, value] of Object.entries({ firstDelay, maxDelay, maxRetries }))
      if (!(value >= 0)) throw new RangeError(`Cannot try again with ${name} ${value}: give 0 or more`);
    this.#first = firstDelay;
    this.#most = maxDelay;
    this.#retries = maxRetries;
  }

  /** It has worked. */
  reset(): void {
    this.#failures = 0;
  }

  /** It has failed: milliseconds to wait, up to a quarter less than said, so that not all come back at once; undefined: enough is enough. */
  next(random: Random): number | undefined {
    if (this.#failures >= this.#retries) return undefined;
    const delay = Math.min(this.#most, this.#first * 2 ** this.#failures++);
    return delay * (1 - random.next() / 4);
  }
}

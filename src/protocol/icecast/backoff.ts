// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";
import type { Backoff } from "../../chassis/index.ts";
import { delayAfter, type Patience, settlePatience } from "../websocket/backoff.ts";

/** When to try again. */
export interface ReconnectOptions {
  /** How often to come again in a row, at most, without success. Default: without end. */
  readonly attempts?: number;
  /** Milliseconds before we come again, and how much longer after each failure. Default 1000, twice as long each time, 60,000 at most. */
  readonly backoff?: Backoff;
  /** The part of that time that is left to chance, so that not all come at once: 0 for none, 1 for all of it. Default 0.5. */
  readonly jitter?: number;
}

/** Counts what fails in a row. */
export class Reconnecting {
  readonly #patience: Patience;
  #failures = 0;

  /** @throws RangeError for numbers that there cannot be */
  constructor({ backoff = { first: 1000, max: 60_000 }, ...options }: ReconnectOptions) {
    this.#patience = settlePatience({ ...options, backoff });
  }

  /** It has worked. */
  reset(): void {
    this.#failures = 0;
  }

  /** It has failed: milliseconds to wait; undefined: enough is enough. */
  next(random: Random): number | undefined {
    if (this.#failures >= this.#patience.attempts) return undefined;
    return delayAfter(this.#failures++, this.#patience, random);
  }
}

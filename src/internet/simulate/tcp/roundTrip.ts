// SPDX-License-Identifier: Apache-2.0

const INITIAL = 1000;
const MOST = 120_000;

/** How long an answer takes, and how long to wait for it: RFC 6298. In milliseconds. @internal */
export class RoundTrip {
  /** The smoothed round trip time; 0 before the first answer. */
  smoothed = 0;
  /** The shortest there was. */
  least: number = Infinity;
  /** How often in a row no answer came. */
  backoff = 0;
  readonly #minimum: number;
  #variation = 0;
  #timeout = INITIAL;

  constructor(minimum: number) {
    this.#minimum = minimum;
  }

  /** How long to wait now. */
  get timeout(): number {
    return Math.min(MOST, this.#timeout * (1 << Math.min(this.backoff, 16)));
  }

  measured(time: number): void {
    if (time < this.least) this.least = time;
    if (this.smoothed === 0) {
      this.smoothed = time;
      this.#variation = time / 2;
    } else {
      this.#variation += (Math.abs(this.smoothed - time) - this.#variation) / 4;
      this.smoothed += (time - this.smoothed) / 8;
    }
    this.#timeout = Math.max(this.#minimum, this.smoothed + 4 * this.#variation);
    this.backoff = 0;
  }
}

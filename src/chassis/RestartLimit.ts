// SPDX-License-Identifier: Apache-2.0

/** Counts restarts: how many within a time, and how long to wait before the next. @internal */
export class RestartLimit {
  readonly #intensity: number;
  readonly #period: number;
  readonly #backoff: { readonly first: number; readonly most?: number; readonly factor?: number } | undefined;
  #times: number[] = [];

  constructor(intensity: number, period: number, backoff?: { readonly first: number; readonly most?: number; readonly factor?: number }) {
    if (!(intensity >= 0) || !(period > 0))
      throw new RangeError(`Cannot allow ${intensity} restarts in ${period} ms: give an intensity of 0 or more and a period above 0`);
    this.#intensity = intensity;
    this.#period = period;
    this.#backoff = backoff;
  }

  /** How many milliseconds to wait before a restart now; undefined if there were too many. */
  next(now: number): number | undefined {
    this.#times = this.#times.filter((time) => now - time < this.#period);
    if (this.#times.length >= this.#intensity) return undefined;
    const before = this.#times.length;
    this.#times.push(now);
    if (this.#backoff === undefined) return 0;
    const { first, most = Infinity, factor = 2 } = this.#backoff;
    return Math.min(most, first * factor ** before);
  }

  describe(): string {
    return `more than ${this.#intensity} restarts within ${this.#period} ms`;
  }
}

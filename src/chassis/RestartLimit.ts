// SPDX-License-Identifier: Apache-2.0

/** Milliseconds to wait before a restart. */
export interface Backoff {
  /** Before the first restart in a row. */
  readonly first: number;
  /** How much longer before each further one. Default 2. */
  readonly factor?: number;
  /** At most. Default: no limit. */
  readonly max?: number;
}

/** Counts restarts: no more than so many within a time, as in OTP. @internal */
export class RestartLimit {
  readonly intensity: number;
  readonly period: number;
  #times: number[] = [];

  /** @throws RangeError for a negative intensity, and for a period that is not above 0 */
  constructor(intensity: number, period: number) {
    if (!(intensity >= 0) || !(period > 0))
      throw new RangeError(`Cannot allow ${intensity} restarts in ${period} ms: give an intensity of 0 or more and a period above 0`);
    this.intensity = intensity;
    this.period = period;
  }

  /** Counts a restart now, and tells whether it is one too many. */
  exceededBy(now: number): boolean {
    this.#times = this.#times.filter((time) => now - time <= this.period);
    this.#times.push(now);
    return this.#times.length > this.intensity;
  }
}

/** @throws RangeError for a time or a factor that is less than 0 */
export function checkBackoff({ first, factor = 2, max = Infinity }: Backoff): void {
  if (!(first >= 0) || !(factor >= 0) || !(max >= 0))
    throw new RangeError(`Cannot wait for ${first} ms, ${factor} times as long each time, at most ${max} ms: give 0 or more`);
}

/** Milliseconds to wait before a restart, or another attempt, when there have been so many in a row. */
export function delayOf(backoff: Backoff | undefined, inARow: number): number {
  if (backoff === undefined) return 0;
  const { first, factor = 2, max = Infinity } = backoff;
  return first === 0 ? 0 : Math.min(max, first * factor ** inARow); // 0 times a power that is Infinity were no number
}

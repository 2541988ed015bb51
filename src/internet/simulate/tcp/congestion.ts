// SPDX-License-Identifier: Apache-2.0
import { cubeRoot } from "../numbers.ts";

/** Decides how many bytes may be on the way. @internal */
export interface Congestion {
  /** The congestion window, in bytes. */
  readonly window: number;
  /** Up to where it grows by what is acknowledged. */
  readonly threshold: number;
  /** So many bytes were acknowledged, while the window was what held us up. */
  acknowledged(bytes: number, now: number, roundTrip: number): void;
  /** Something was lost; so many bytes were on the way. */
  lost(onTheWay: number): void;
  /** Nothing was lost after all: all is what it was before. */
  undo(): void;
  /** No answer came at all. */
  timedOut(onTheWay: number): void;
}

/** What all have in common: slow start, and beginning again. */
abstract class SlowStart implements Congestion {
  window: number;
  threshold: number = Infinity;
  protected readonly segment: number;
  /** What it was before the last loss. */
  #before: { readonly window: number; readonly threshold: number } | undefined;

  constructor(segment: number, initial: number) {
    this.segment = segment;
    this.window = segment * initial;
  }

  acknowledged(bytes: number, now: number, roundTrip: number): void {
    let rest = bytes;
    if (this.window < this.threshold) {
      const most = this.threshold - this.window;
      this.window += Math.min(bytes, most);
      rest = Math.max(0, bytes - most);
    }
    if (rest > 0) this.avoid(rest, now, roundTrip);
  }

  lost(onTheWay: number): void {
    const { window, threshold } = this;
    this.#before = { window, threshold };
    this.threshold = Math.max(this.reduced(onTheWay), 2 * this.segment);
    this.window = this.threshold;
  }

  undo(): void {
    if (this.#before === undefined) return;
    this.window = Math.max(this.window, this.#before.window);
    this.threshold = Math.max(this.threshold, this.#before.threshold);
    this.#before = undefined;
  }

  timedOut(onTheWay: number): void {
    this.threshold = Math.max(this.reduced(onTheWay), 2 * this.segment);
    this.window = this.segment;
  }

  /** Grows beyond the threshold. */
  protected abstract avoid(bytes: number, now: number, roundTrip: number): void;
  /** What the threshold is to be after a loss. */
  protected abstract reduced(onTheWay: number): number;
}

/** RFC 5681: one segment more each round trip; half after a loss. @internal */
export class Reno extends SlowStart {
  protected avoid(bytes: number): void {
    this.window += (this.segment * bytes) / this.window;
  }

  protected reduced(onTheWay: number): number {
    return onTheWay / 2;
  }
}

/** RFC 9438: its β_cubic and C. */
const BETA = 0.7;
const C = 0.4;
/** The α_cubic with which it is as fast as Reno. */
const ALPHA = (3 * (1 - BETA)) / (1 + BETA);

/** RFC 9438: the window is a cubic function of the time since the last loss, with its turning point where that was. In segments, but for the window. @internal */
export class Cubic extends SlowStart {
  /** Where the window was when something was lost last. */
  #maximum = 0;
  /** The window before the last reduction. */
  #prior = 0;
  /** When the present growth began; undefined before its first acknowledgement. */
  #since: number | undefined;
  /** Seconds until the window is where it was. */
  #k = 0;
  /** What Reno's window would be. */
  #estimate = 0;

  /** What all of it was before the last loss (RFC 9438, 4.9). */
  #earlier: readonly [maximum: number, prior: number, since: number | undefined, k: number, estimate: number] = [0, 0, undefined, 0, 0];

  override undo(): void {
    super.undo();
    [this.#maximum, this.#prior, this.#since, this.#k, this.#estimate] = this.#earlier;
  }

  protected avoid(bytes: number, now: number, roundTrip: number): void {
    const window = this.window / this.segment;
    if (this.#since === undefined) {
      this.#since = now;
      this.#estimate = window;
      if (window >= this.#maximum) this.#maximum = window;
      this.#k = cubeRoot((this.#maximum - window) / C);
    }
    const acknowledged = bytes / this.segment;
    const alpha = this.#estimate >= this.#prior ? 1 : ALPHA;
    this.#estimate += (alpha * acknowledged) / window;
    const seconds = (now - this.#since) / 1000;
    if (this.#at(seconds) < this.#estimate) {
      this.window = Math.max(this.window, this.#estimate * this.segment);
      return;
    }
    const target = Math.min(Math.max(this.#at(seconds + roundTrip / 1000), window), 1.5 * window);
    this.window += ((target - window) / window) * bytes;
  }

  protected reduced(onTheWay: number): number {
    const window = this.window / this.segment;
    this.#earlier = [this.#maximum, this.#prior, this.#since, this.#k, this.#estimate];
    this.#maximum = window < this.#maximum ? (window * (1 + BETA)) / 2 : window; // fast convergence: makes room for others
    this.#prior = window;
    this.#since = undefined;
    return onTheWay * BETA;
  }

  /** W_cubic. */
  #at(seconds: number): number {
    const t = seconds - this.#k;
    return C * t * t * t + this.#maximum;
  }
}

// SPDX-License-Identifier: Apache-2.0
import { GONE, type Happening, IDLE, LIVE, NEVER, type Timeline } from "../timeline.ts";

/** A timer that is mostly set again before it rings: that costs nothing. @internal */
export class LazyTimer {
  /** When it rings. */
  at: number = NEVER;
  readonly ring: () => void;
  readonly #timeline: Timeline;
  #entry: Entry | undefined;

  constructor(timeline: Timeline, ring: () => void) {
    this.#timeline = timeline;
    this.ring = ring;
  }

  set(at: number): void {
    this.at = at;
    const entry = this.#entry;
    if (entry !== undefined && entry.state !== GONE && at >= entry.at) {
      entry.state = LIVE;
      return;
    }
    this.#clearEntry();
    this.#entry = new Entry(this, at, this.#timeline);
    this.#timeline.schedule(at, this.#entry);
  }

  clear(): void {
    this.at = NEVER;
    this.#clearEntry();
  }

  #clearEntry(): void {
    if (this.#entry?.state !== LIVE) return;
    this.#entry.state = IDLE;
    this.#timeline.cancelled();
  }
}

/** Where a timer stands in the timeline; it may have been set to a later time since. */
class Entry implements Happening {
  state: number = GONE;
  at: number;
  readonly #timer: LazyTimer;
  readonly #timeline: Timeline;

  constructor(timer: LazyTimer, at: number, timeline: Timeline) {
    this.#timer = timer;
    this.at = at;
    this.#timeline = timeline;
  }

  happen(): number {
    const timer = this.#timer;
    if (timer.at <= this.#timeline.time) {
      timer.at = NEVER;
      timer.ring();
    }
    return (this.at = timer.at);
  }
}

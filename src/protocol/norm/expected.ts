// SPDX-License-Identifier: Apache-2.0
import type { OutgoingBlock } from "./outgoing.ts";

/** Round trips after which it is about clear what is missing of a block; and how many blocks are looked at to guess what will be missing of the next. */
const ASKING_TRIPS = 6;
const JUDGED = 24;
/** Blocks that are remembered until it is clear. */
const MOST_RECENT = 4096;
/** Blocks with fewer symbols than this part of a full one do not count. */
const SMALL = 4;

/** How much parity blocks needed, as if they had all been full, and so will the next one. */
export class Expected {
  /** Blocks that were sent, the last ones last; no very small ones. */
  #recent: OutgoingBlock[] = [];

  sent(block: OutgoingBlock): void {
    const { object, number } = block;
    if (object.sizeOf(number) * SMALL < object.transmission.sources) return;
    if (this.#recent.push(block) > MOST_RECENT) this.#recent.shift();
  }

  /**
   * As much as most of the last blocks needed, that have been out long enough to be asked for. Where nobody asked, one less may do. A burst of losses that hits one
   * block and not the next says nothing of those to come.
   */
  parities(now: number, grtt: number): number {
    const before = now - ASKING_TRIPS * grtt;
    let clear = this.#recent.findIndex(({ finished }) => finished > before);
    if (clear < 0) clear = this.#recent.length;
    if (clear > JUDGED) {
      this.#recent = this.#recent.slice(clear - JUDGED);
      clear = JUDGED;
    }
    if (clear === 0) return 0;
    const needs = this.#recent.slice(0, clear).map(({ object, number, wasAsked, fresh, pendingParities, proactive }) => {
      const need = wasAsked ? fresh + pendingParities : proactive - 1;
      return (need * object.transmission.sources) / object.sizeOf(number);
    });
    const middle = needs.toSorted((a, b) => a - b)[needs.length >> 1]!;
    const variance = needs.reduce((sum, need) => sum + (need - middle) ** 2, 0) / needs.length;
    return Math.max(0, Math.round(middle + Math.min(Math.sqrt(variance), Math.sqrt(Math.max(0, middle)))));
  }
}

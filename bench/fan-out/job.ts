// SPDX-License-Identifier: Apache-2.0
import { check } from "../lib/measure.ts";

export const READERS = 100;
export const MESSAGES = 20_000;

/** What one reader has seen. */
class Tally {
  count = 0;
  sum = 0;

  add(n: number): void {
    this.count++;
    this.sum += n;
  }
}

/** What all readers have seen. */
export class Tallies {
  readonly all: readonly Tally[] = Array.from({ length: READERS }, () => new Tally());

  /** Fails unless everybody has seen the numbers from 0. Answers how many deliveries that was. */
  deliveries(): number {
    for (const { count, sum } of this.all) {
      check("the number of messages", count, MESSAGES);
      check("their sum", sum, (MESSAGES * (MESSAGES - 1)) / 2);
    }
    return MESSAGES * READERS;
  }
}

// SPDX-License-Identifier: Apache-2.0
import { check } from "../lib/measure.ts";

/** A hop is one message through one stage: source to stage 1, 1 to 2, 2 to 3, 3 to sink. */
const HOPS = 4;

/** What a sink has seen. */
export class Tally {
  count = 0;
  sum = 0;

  add(n: number): void {
    this.count++;
    this.sum += n;
  }

  /** Fails unless the numbers from 0 have come, each plus 3. Answers how many hops that was. */
  hops(messages: number): number {
    check("the number of messages", this.count, messages);
    check("their sum", this.sum, (messages * (messages - 1)) / 2 + 3 * messages);
    return HOPS * messages;
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";
import { type Backoff, delayOf } from "../../chassis/index.ts";

/** How long to wait before the next attempt. @internal */
export interface Patience {
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly jitter: number;
}

/** @throws RangeError for numbers that there cannot be @internal */
export function settlePatience({ attempts = Infinity, backoff = { first: 500, max: 30_000 }, jitter = 0.5 }: Partial<Patience>): Patience {
  if (!(attempts >= 0)) throw new RangeError(`Cannot connect again ${attempts} times: give 0 or more`);
  if (!(jitter >= 0 && jitter <= 1)) throw new RangeError(`Cannot leave ${jitter} of the time to chance: give 0 to 1`);
  checkBackoff(backoff);
  return { attempts, backoff, jitter };
}

/** @throws RangeError for numbers that there cannot be @internal */
export function checkBackoff({ first, factor = 2, max = Infinity }: Backoff): void {
  if (!(first >= 0 && factor >= 0 && max >= 0))
    throw new RangeError(`Cannot wait ${first} ms, then ${factor} times as long, ${max} ms at most: give numbers from 0`);
}

/** Milliseconds to wait after so many failures in a row. @internal */
export function delayAfter(failures: number, { backoff, jitter }: Patience, random: Random): number {
  return delayOf(backoff, failures) * (1 - jitter * random.next());
}

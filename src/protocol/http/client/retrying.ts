// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../../axon/index.ts";
import { type Backoff, delayOf } from "../../../chassis/index.ts";
import { parseHTTPDate } from "../dates.ts";

/** Answers that may be another one soon. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether a status says that it may be worth asking again. @internal */
export function mayPass(status: number): boolean {
  return status !== 500 && PASSING.has(status);
}

/** Milliseconds to wait before attempt number `attempt` + 1: half of it, or all of it left to chance. @internal */
export function pauseOf(backoff: Backoff, attempt: number, random: Random): number {
  return delayOf(backoff, attempt - 1) * (1 - random.next() / 2);
}

/** Milliseconds that a server asks for in Retry-After, RFC 9110 10.2.3: seconds, or a date. @internal */
export function retryAfter(value: string | undefined, wallTime: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = parseHTTPDate(value);
  return date === undefined ? undefined : Math.max(0, date - wallTime);
}

// SPDX-License-Identifier: Apache-2.0

/** Messages with the times at which they come, in milliseconds of the clock. */
export interface Schedule<out T> {
  readonly "~schedule": true;
  readonly entries: readonly (readonly [time: number, message: T])[];
}

/**
 * Messages for {@link drive} that come one after the other in virtual time.
 *
 * @param messages milliseconds to messages
 * @throws RangeError for a time that is not 0 or more
 * @example
 * await drive(Debounce({ quiet: 100 }), { inbox: at({ 0: "a", 50: "b", 500: "c" }) });
 */
export function at<T>(messages: Readonly<Record<number, T>>): Schedule<T> {
  const entries = Object.entries(messages).map(([time, message]) => [Number(time), message] as const);
  for (const time of Object.keys(messages)) if (!(Number(time) >= 0)) throw new RangeError(`Cannot send at ${time} ms: give 0 or more`);
  return { "~schedule": true, entries: entries.toSorted(([a], [b]) => a - b) };
}

/** @internal */
export function isSchedule(messages: readonly unknown[] | Schedule<unknown>): messages is Schedule<unknown> {
  return "~schedule" in messages;
}

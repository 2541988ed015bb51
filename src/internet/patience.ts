// SPDX-License-Identifier: Apache-2.0
import type { Clock, Timer } from "../axon/index.ts";

/** Calls back after so many milliseconds; never, for Infinity. */
export function deadline(clock: Clock, milliseconds: number, late: () => void): Timer {
  return Number.isFinite(milliseconds) ? clock.setTimer(late, milliseconds) : { cancel: () => {} };
}

/** Calls back once nothing was heard for so long. Costs one timer for each such time, however much is heard. Gives what ends it. */
export function watchIdle(clock: Clock, milliseconds: number, lastHeard: () => number, late: () => void): () => void {
  let timer: Timer;
  const look = (): void => {
    const left = lastHeard() + milliseconds - clock.now();
    if (left > 0) timer = deadline(clock, left, look);
    else late();
  };
  timer = deadline(clock, milliseconds, look);
  return () => timer.cancel();
}

/** @throws RangeError for a time that there cannot be */
export function checkTimes(what: string, times: Readonly<Record<string, number | undefined>>): void {
  for (const [name, time] of Object.entries(times))
    if (time !== undefined && !(time >= 0)) throw new RangeError(`Cannot ${what}: ${name} is ${time}; it is milliseconds, 0 or more`);
}

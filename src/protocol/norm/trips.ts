// SPDX-License-Identifier: Apache-2.0
// The longest round trip in a group, as a sender measures it (RFC 5740, section 5.5.1).

/** A round trip cannot be shorter, as far as waiting is concerned: ms. */
const SHORTEST = 1;
/** Nothing that takes longer is a round trip. */
const LONGEST = 60_000;
/** How fast a longer one is believed, and a shorter one. */
const RISE = 0.75;
const FALL = 0.1;
const MICRO = 1000;

/** Milliseconds as the µs of a message; never 0, which says that there is nothing. */
export function microseconds(now: number): number {
  return Math.max(1, Math.floor(now * MICRO));
}

/** The round trip that a receiver's time says; undefined: none. */
export function tripOf(time: number, now: number): number | undefined {
  if (time === 0) return undefined;
  const trip = now - time / MICRO;
  return trip >= 0 && trip < LONGEST ? trip : undefined;
}

/** The longest round trip, as far as it is known. */
export class Trips {
  /** Milliseconds. */
  longest: number;
  /** It cannot be shorter than it takes to send a symbol. */
  least: number = SHORTEST;

  constructor(first: number) {
    this.longest = first;
  }

  measured(trip: number): void {
    const change = (trip - this.longest) * (trip > this.longest ? RISE : FALL);
    this.longest = Math.max(SHORTEST, this.least, this.longest + change);
  }
}

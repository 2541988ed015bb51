// SPDX-License-Identifier: Apache-2.0
// What the cookie servers have in common: clips of their own, at a rate.
import { type AnyComponent, type Inbox, type Main, type Outbox, sleep } from "../axon/index.ts";

/** How fast a clip is sent. */
export interface Rate {
  /** Bits per second. */
  readonly rate: number;
  /** Pieces per second. */
  readonly chunkRate: number;
}

/** @throws RangeError for rates at which nothing would ever come */
export function checkRate({ rate, chunkRate }: Rate): void {
  if (!(rate > 0 && chunkRate > 0))
    throw new RangeError(`Cannot send ${rate} bits in ${chunkRate} pieces per second: both have to be above 0`);
}

/** Sends a clip in pieces, each in its time, and hears nothing. */
export function* sendClip(
  clip: Uint8Array,
  { rate, chunkRate }: Rate,
  inbox: Inbox<Uint8Array>,
  outbox: Outbox<Uint8Array>,
  self: AnyComponent,
): Main {
  const { clock } = self.system;
  const start = clock.now();
  let sent = 0;
  for (let chunks = 1; sent < clip.length && !self.toldToStop; chunks++) {
    const end = Math.round((chunks * rate) / 8 / chunkRate); // counted from the start, as the time is, so that nothing drifts
    if (end > sent) outbox.send(clip.subarray(sent, end));
    sent = end;
    for (const _ of inbox); // so that a talkative client is not held up
    yield sleep(Math.max(0, start + (chunks * 1000) / chunkRate - clock.now()));
  }
}

/** Notes of a scale that goes with anything: two octaves of a pentatonic one, in hertz. */
const NOTES = [0, 2, 4, 7, 9, 12, 14, 16, 19, 21, 24].map((semitones) => 261.63 * 2 ** (semitones / 12));

/** A tune of so many notes. */
export function tune(count: number, integer: (below: number) => number): number[] {
  let at = integer(NOTES.length);
  return Array.from({ length: count }, () => {
    at = Math.min(NOTES.length - 1, Math.max(0, at + integer(5) - 2));
    return NOTES[at]!;
  });
}

// SPDX-License-Identifier: Apache-2.0

/** Bytes of a packet of a transport stream. */
export const TS_PACKET = 188;
/** The first byte of each. */
export const TS_SYNC = 0x47;
/** The clock reference counts 90000 a second, 33 bit. */
const MODULUS = 2 ** 33;
/** Packets that wait for the next clock reference at most: a second at 15 Mbit/s. */
const MOST_WAITING = 10_000;
/** References are at most 100 ms apart; a jump by more than this is a new clock. */
const JUMP = 90_000;

/** A packet, its time in units of 1/90000 s from the first one on, and whether time jumps here. */
export interface TimedTSPacket {
  readonly bytes: Uint8Array;
  readonly time: number;
  readonly jump: boolean;
}

/**
 * Tells when packets of a transport stream are to be sent: at the times that the clock references (PCR) say, evenly between two of them (ISO 13818-1, 2.4.2.2).
 * Where the clock jumps, as between two films, time goes on at the rate of before.
 *
 * @internal
 */
export class TSTimeline {
  readonly #waiting: { readonly bytes: Uint8Array; jump: boolean }[] = [];
  /** Which stream has the clock. */
  #pid: number | undefined;
  #reference: number | undefined;
  /** Time of the first packet that waits. */
  #time = 0;
  /** Time that a packet takes: what it took last. */
  #step: number;

  /** @param step the time that a packet takes as long as nothing is known */
  constructor(step: number) {
    this.#step = step;
  }

  /** Takes a packet; returns those whose times are known now. */
  push(bytes: Uint8Array): readonly TimedTSPacket[] {
    const reference = this.#referenceIn(bytes);
    this.#waiting.push({ bytes, jump: false });
    if (reference === undefined) return this.#waiting.length < MOST_WAITING ? NONE : this.#giveUp();
    const last = this.#reference;
    this.#reference = reference.time;
    const count = this.#waiting.length - 1; // this one is the first of the next stretch
    if (last === undefined) return this.#release(count);
    const elapsed = (reference.time - last + MODULUS) % MODULUS;
    const jump = reference.discontinuity || elapsed > JUMP || elapsed === 0;
    if (jump) this.#waiting[count]!.jump = true;
    else if (count > 0) this.#step = elapsed / count;
    return this.#release(count);
  }

  /** All that waits, at the end of the data. */
  flush(): readonly TimedTSPacket[] {
    return this.#release(this.#waiting.length);
  }

  /** Without references for so long, the stream that had them is not there any more. */
  #giveUp(): readonly TimedTSPacket[] {
    this.#pid = undefined;
    this.#reference = undefined;
    return this.flush();
  }

  #release(count: number): readonly TimedTSPacket[] {
    const start = this.#time;
    this.#time += count * this.#step;
    return this.#waiting.splice(0, count).map(({ bytes, jump }, n) => ({ bytes, time: start + n * this.#step, jump }));
  }

  #referenceIn(bytes: Uint8Array): { readonly time: number; readonly discontinuity: boolean } | undefined {
    const hasField = (bytes[3]! & 0x20) !== 0 && bytes[4]! >= 7 && (bytes[5]! & 0x10) !== 0;
    if (!hasField) return undefined;
    const pid = ((bytes[1]! & 0x1f) << 8) | bytes[2]!;
    this.#pid ??= pid;
    if (pid !== this.#pid) return undefined;
    const base = bytes[6]! * 2 ** 25 + ((bytes[7]! << 17) | (bytes[8]! << 9) | (bytes[9]! << 1) | (bytes[10]! >> 7));
    const extension = ((bytes[10]! & 1) << 8) | bytes[11]!;
    return { time: base + extension / 300, discontinuity: (bytes[5]! & 0x80) !== 0 };
  }
}

const NONE: readonly TimedTSPacket[] = Object.freeze([]);

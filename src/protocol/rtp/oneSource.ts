// SPDX-License-Identifier: Apache-2.0
import { aheadOf, PROOF } from "./sequence.ts";

/** What came, from whom, and with which number: 16 bits are looked at. */
export interface Sourced<T> {
  readonly ssrc: number;
  readonly sequence: number;
  readonly message: T;
}

/** The same, once it is believed. */
export interface Followed<T> {
  readonly message: T;
  /** Counts on over all sources, and does not wrap around; one is left out where another source begins. */
  readonly number: number;
  /** Whether another source begins here, or the same anew. */
  readonly begins: boolean;
}

/** How one source is followed. */
export interface Following {
  /** How many of a source with numbers in a row, not one of the present source between them, make it credible. */
  readonly proof: number;
  /** Milliseconds without a packet from which on a source has fallen silent. */
  readonly silence: number;
  /** Packets of another source that are held back at most; the oldest are dropped. */
  readonly limit: number;
  /** How far behind a packet of the present source may be. */
  readonly misorder: number;
}

/** The highest limit: further than this, numbers of 16 bits do not tell which is the first. */
export const MOST_HELD = 10_000;
/** Others that are known at the same time at most. */
const MOST_OTHERS = 8;

/** A source that is not followed yet. What it sent is held back. */
interface Other<T> {
  readonly held: Sourced<T>[];
  highest: number;
  /** How many came in a row. */
  row: number;
}

/**
 * Follows one source at a time. Another one has to prove that it is one, and to wait until the present one has fallen silent; then it is followed from its
 * first packet on, of those that came after the last one of the present source. Who is followed already, and begins anew, need not wait.
 *
 * @internal
 */
export class OneSource<T> {
  readonly #following: Following;
  readonly #others = new Map<number, Other<T>>();
  #ssrc: number | undefined;
  #highest = 0;
  /** The number of the packet with the highest sequence number, and of the first one of this source. */
  #number = 0;
  #first = 0;
  #heard = -Infinity;

  constructor(following: Following) {
    this.#following = following;
  }

  /** When to look at those again who wait, in milliseconds: Infinity if nobody does. */
  get due(): number {
    return this.#credible() === undefined ? Infinity : this.#heard + this.#following.silence;
  }

  /** Takes what came; answers what is to be passed on. What is neither passed on nor held goes to `refused`. */
  take(packet: Sourced<T>, now: number, refused: (message: T) => void): readonly Followed<T>[] {
    const ahead = packet.ssrc === this.#ssrc ? aheadOf(packet.sequence, this.#highest, this.#following.misorder) : undefined;
    if (ahead !== undefined) {
      if (this.#number + ahead < this.#first) {
        refused(packet.message); // it would have to be among those of the one before
        return [];
      }
      this.#heard = now;
      if (ahead > 0) this.#refuseOthers(refused);
      return [this.#follow(packet, ahead, false)];
    }
    this.#hold(packet, refused);
    return this.look(now, refused);
  }

  /** What is to be passed on now because time has passed. */
  look(now: number, refused: (message: T) => void): readonly Followed<T>[] {
    const ssrc = this.#credible();
    if (ssrc === undefined) return [];
    const free = this.#ssrc === undefined || ssrc === this.#ssrc || now >= this.#heard + this.#following.silence;
    return free ? this.#change(ssrc, now, refused) : [];
  }

  /** At the end of all: what is still held of one that would have been next, or of the only one that there ever was. */
  end(refused: (message: T) => void): readonly Followed<T>[] {
    const [first] = this.#others.keys();
    const next = this.#credible(PROOF) ?? (this.#ssrc === undefined ? first : undefined);
    if (next !== undefined) return this.#change(next, Infinity, refused);
    this.#refuseOthers(refused);
    return [];
  }

  /** Somebody else who has proved to be one: who is followed already, first. */
  #credible(proof: number = this.#following.proof): number | undefined {
    let found: number | undefined;
    for (const [ssrc, { row }] of this.#others) if (row >= proof && (found === undefined || ssrc === this.#ssrc)) found = ssrc;
    return found;
  }

  #hold(packet: Sourced<T>, refused: (message: T) => void): void {
    const { ssrc, sequence } = packet;
    let other = this.#others.get(ssrc);
    const ahead = other === undefined ? undefined : aheadOf(sequence, other.highest);
    if (other === undefined || ahead === undefined) {
      for (const { message } of other?.held ?? []) refused(message);
      this.#others.delete(ssrc);
      if (this.#others.size >= MOST_OTHERS) this.#dropOldest(refused);
      this.#others.set(ssrc, (other = { held: [], highest: sequence, row: 1 }));
    } else if (Math.abs(ahead) === 1) {
      other.row++;
    } else if (other.row < this.#following.proof) {
      other.row = 1;
    }
    if (ahead !== undefined && ahead > 0) other.highest = sequence;
    other.held.push(packet);
    if (other.held.length > this.#following.limit) refused(other.held.shift()!.message);
  }

  #dropOldest(refused: (message: T) => void): void {
    for (const [ssrc, { held }] of this.#others) {
      for (const { message } of held) refused(message);
      this.#others.delete(ssrc);
      return;
    }
  }

  #refuseOthers(refused: (message: T) => void): void {
    if (this.#others.size === 0) return;
    for (const { held } of this.#others.values()) for (const { message } of held) refused(message);
    this.#others.clear();
  }

  /** Follows another one, or the same anew: from its lowest number on. */
  #change(ssrc: number, now: number, refused: (message: T) => void): readonly Followed<T>[] {
    const { held, highest } = this.#others.get(ssrc)!;
    this.#others.delete(ssrc);
    this.#refuseOthers(refused);
    const lowest = (highest + Math.min(...held.map(({ sequence }) => distance(sequence, highest)))) & 0xffff;
    this.#number = this.#ssrc === undefined ? lowest : this.#number + 2;
    this.#first = this.#ssrc === undefined ? -Infinity : this.#number;
    this.#highest = lowest;
    this.#ssrc = ssrc;
    this.#heard = now;
    held.sort((one, other) => distance(one.sequence, other.sequence));
    return held.map((packet, n) => this.#follow(packet, distance(packet.sequence, this.#highest), n === 0));
  }

  #follow({ message, sequence }: Sourced<T>, ahead: number, begins: boolean): Followed<T> {
    const number = this.#number + ahead;
    if (ahead > 0) {
      this.#number = number;
      this.#highest = sequence;
    }
    return { message, number, begins };
  }
}

/** How far the one is after the other, modulo 2^16; below 0 if it is before it. */
function distance(sequence: number, other: number): number {
  return ((sequence - other) << 16) >> 16;
}

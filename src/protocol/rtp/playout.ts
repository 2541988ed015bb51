// SPDX-License-Identifier: Apache-2.0

/** How much older estimates count (Ramjee, Kurose, Towsley, Schulzrinne: Adaptive playout mechanisms for packetized audio applications, 1994). */
const ALPHA = 0.998;
/** How many variations of the delay a packet may come late. */
const VARIATIONS = 4;
/** How fast the delay shrinks when it need not be as long: of the difference, with each packet. */
const SHRINK = 0.01;

/**
 * When packets are to be played: their timestamp, and a delay that follows the network's. It grows at once when packets come too late,
 * and shrinks slowly, or at the beginning of a talk spurt at once, where nobody hears it. All times are seconds.
 *
 * @internal
 */
export class Playout {
  readonly #clockRate: number;
  readonly #minimum: number;
  readonly #maximum: number;
  /** Network delay, on the average, and its variation; clocks differ, so only differences mean anything. */
  #delay: number | undefined;
  #variation = 0;
  #offset = 0;
  #timestamp = 0;
  #media = 0;

  constructor(clockRate: number, minimum: number, maximum: number) {
    this.#clockRate = clockRate;
    this.#minimum = minimum;
    this.#maximum = maximum;
  }

  /** A packet has come. */
  packet(timestamp: number, marker: boolean, now: number): void {
    const behind = now - this.#seconds(timestamp);
    if (this.#delay === undefined) {
      this.#delay = behind;
      this.#offset = behind + this.#minimum;
      return;
    }
    this.#delay = ALPHA * this.#delay + (1 - ALPHA) * behind;
    this.#variation = ALPHA * this.#variation + (1 - ALPHA) * Math.abs(behind - this.#delay);
    const wanted = Math.min(this.#delay + this.#maximum, Math.max(this.#delay + this.#minimum, this.#delay + VARIATIONS * this.#variation));
    if (marker) this.#offset = wanted;
    else if (behind > this.#offset) this.#offset = Math.min(behind, this.#delay + this.#maximum);
    else if (wanted < this.#offset) this.#offset -= (this.#offset - wanted) * SHRINK;
    else this.#offset = Math.max(this.#offset, wanted);
  }

  /** When the packet with this timestamp is to be played. */
  due(timestamp: number): number {
    return this.#media + ((timestamp - this.#timestamp) | 0) / this.#clockRate + this.#offset;
  }

  /** How long packets wait, on the average. */
  get wait(): number {
    return this.#offset - (this.#delay ?? 0);
  }

  /** A timestamp in seconds, however often it has wrapped around. */
  #seconds(timestamp: number): number {
    this.#media += ((timestamp - this.#timestamp) | 0) / this.#clockRate;
    this.#timestamp = timestamp;
    return this.#media;
  }
}

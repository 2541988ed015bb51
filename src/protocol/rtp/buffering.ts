// SPDX-License-Identifier: Apache-2.0
import type { Gap } from "../RecoverOrder.ts";
import { Reordering } from "../reordering.ts";
import { type Followed, MOST_HELD, OneSource } from "./oneSource.ts";
import { Playout } from "./playout.ts";
import { MAX_MISORDER } from "./sequence.ts";
import type { Received } from "./session.ts";

/** How long packets wait, and how many. Times are milliseconds. */
export interface BufferingSettings {
  readonly clockRate: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly size: number;
  readonly silence: number;
}

/** Where packets go. */
export interface Exits {
  readonly play: (packet: Received) => void;
  readonly late: (packet: Received) => void;
  readonly gap: (gap: Gap) => void;
}

/** A packet, and when it came, in milliseconds. */
interface Came {
  readonly packet: Received;
  readonly at: number;
}

/**
 * Packets of one source at a time that wait until they are to be played. All times are milliseconds.
 *
 * @internal
 */
export class Buffering {
  readonly #settings: BufferingSettings;
  readonly #exits: Exits;
  readonly #source: OneSource<Came>;
  #playout: Playout;
  #waiting = new Reordering<Received>(2 ** 32);

  constructor(settings: BufferingSettings, exits: Exits) {
    const { size, silence } = settings;
    this.#settings = settings;
    this.#exits = exits;
    this.#source = new OneSource({ proof: 1, silence, limit: Math.min(size, MOST_HELD), misorder: MAX_MISORDER });
    this.#playout = this.#newPlayout();
  }

  /** When the first is to be played: Infinity if none waits. */
  get due(): number {
    const { first } = this.#waiting;
    return first === undefined ? Infinity : this.#playout.due(first[1].content.timestamp) * 1000;
  }

  /** When there is something to do. */
  get next(): number {
    return Math.min(this.due, this.#source.due);
  }

  /** A packet has come. */
  take(packet: Received, now: number): void {
    const { ssrc, sequence } = packet;
    this.#put(this.#source.take({ ssrc, sequence: sequence & 0xffff, message: { packet, at: now } }, now, this.#refuse));
  }

  /** Does what is due. */
  look(now: number): void {
    this.#put(this.#source.look(now, this.#refuse));
    while (this.due <= now + 1e-3) this.play();
  }

  /** Nothing comes any more. */
  end(): void {
    this.#put(this.#source.end(this.#refuse));
  }

  /** Plays the first. */
  play(): void {
    const { message, gap } = this.#waiting.take();
    if (gap !== undefined) this.#exits.gap(gap);
    this.#exits.play(message[1]);
  }

  readonly #refuse = ({ packet }: Came): void => this.#exits.late(packet);

  #put(followed: readonly Followed<Came>[]): void {
    for (const { message, begins } of followed) {
      if (begins) this.#begin();
      const { packet, at } = message;
      this.#playout.packet(packet.content.timestamp, packet.content.marker, at / 1000);
      if (!this.#waiting.add([packet.sequence, packet], at)) this.#exits.late(packet);
      else if (this.#waiting.length > this.#settings.size) this.play();
    }
  }

  /** Another source, or the same anew: its times and numbers have nothing to do with those before. */
  #begin(): void {
    while (this.#waiting.length > 0) this.play();
    this.#playout = this.#newPlayout();
    this.#waiting = new Reordering(2 ** 32);
  }

  #newPlayout(): Playout {
    const { clockRate, minimum, maximum } = this.#settings;
    return new Playout(clockRate, minimum / 1000, maximum / 1000);
  }
}

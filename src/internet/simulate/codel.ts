// SPDX-License-Identifier: Apache-2.0
import { TimedRing } from "./ring.ts";

/** What may wait. @internal */
export interface Sized {
  /** In bytes. */
  readonly size: number;
}

/** A queue that a link takes packets from when it is free. @internal */
export interface Waiting<T extends Sized> {
  readonly bytes: number;
  readonly length: number;
  /** Answers whether there was room. */
  push(now: number, packet: T): boolean;
  /** The next packet to send. */
  shift(now: number): T | undefined;
  clear(): number;
}

/** What finds no room is lost. @internal */
export class DropTail<T extends Sized> implements Waiting<T> {
  bytes = 0;
  readonly #waiting = new TimedRing<T>();
  readonly #mostPackets: number;
  readonly #mostBytes: number;

  constructor(packets: number, bytes: number) {
    this.#mostPackets = packets;
    this.#mostBytes = bytes;
  }

  get length(): number {
    return this.#waiting.length;
  }

  push(now: number, packet: T): boolean {
    if (this.#waiting.length >= this.#mostPackets || this.bytes + packet.size > this.#mostBytes) return false;
    this.#waiting.push(now, packet);
    this.bytes += packet.size;
    return true;
  }

  /** How long the first has waited. */
  sojourn(now: number): number {
    return now - this.#waiting.firstTime;
  }

  shift(_now: number): T | undefined {
    if (this.#waiting.length === 0) return undefined;
    const packet = this.#waiting.shift();
    this.bytes -= packet.size;
    return packet;
  }

  clear(): number {
    const { length } = this.#waiting;
    while (this.shift(0) !== undefined);
    return length;
  }
}

/** While no more than one packet waits, nothing is thrown away. */
const MTU = 1500;

/**
 * Controlled delay, RFC 8289: once packets have waited longer than the target for a whole interval, it throws one away, and then another ever sooner
 * (by the square root of how many there were), until one has waited less. The names are those of the RFC's section 5.
 *
 * @internal
 */
export class CoDel<T extends Sized> implements Waiting<T> {
  readonly #queue: DropTail<T>;
  readonly #target: number;
  readonly #interval: number;
  readonly #dropped: (packet: T) => void;
  #firstAboveTime = 0;
  #dropNext = 0;
  #count = 0;
  #lastCount = 0;
  #dropping = false;

  constructor(queue: DropTail<T>, target: number, interval: number, dropped: (packet: T) => void) {
    this.#queue = queue;
    this.#target = target;
    this.#interval = interval;
    this.#dropped = dropped;
  }

  get bytes(): number {
    return this.#queue.bytes;
  }

  get length(): number {
    return this.#queue.length;
  }

  push(now: number, packet: T): boolean {
    return this.#queue.push(now, packet);
  }

  clear(): number {
    this.#firstAboveTime = 0;
    this.#dropping = false;
    return this.#queue.clear();
  }

  shift(now: number): T | undefined {
    let [packet, okToDrop] = this.#doDequeue(now);
    if (this.#dropping) {
      if (!okToDrop) this.#dropping = false;
      while (now >= this.#dropNext && this.#dropping) {
        this.#dropped(packet!);
        this.#count++;
        [packet, okToDrop] = this.#doDequeue(now);
        if (okToDrop) this.#dropNext = this.#controlLaw(this.#dropNext);
        else this.#dropping = false;
      }
    } else if (okToDrop) {
      this.#dropped(packet!);
      [packet] = this.#doDequeue(now);
      this.#dropping = true;
      const delta = this.#count - this.#lastCount;
      this.#count = delta > 1 && now - this.#dropNext < 16 * this.#interval ? delta : 1;
      this.#dropNext = this.#controlLaw(now);
      this.#lastCount = this.#count;
    }
    return packet;
  }

  #doDequeue(now: number): [packet: T | undefined, okToDrop: boolean] {
    const sojourn = this.#queue.sojourn(now);
    const packet = this.#queue.shift(now);
    if (packet === undefined) {
      this.#firstAboveTime = 0;
      return [undefined, false];
    }
    if (sojourn < this.#target || this.#queue.bytes <= MTU) this.#firstAboveTime = 0;
    else if (this.#firstAboveTime === 0) this.#firstAboveTime = now + this.#interval;
    else if (now >= this.#firstAboveTime) return [packet, true];
    return [packet, false];
  }

  #controlLaw(time: number): number {
    return time + this.#interval / Math.sqrt(this.#count);
  }
}

// SPDX-License-Identifier: Apache-2.0
import { NO_RANGES, type Segment } from "./segment.ts";

/** What came before what is missing. */
interface Early {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** What came twice is told before the others (RFC 2883). Ranges that fit into the options of a segment. */
const MOST_RANGES = 4;

/** Puts what comes in order, and knows what to say about it (RFC 9293 3.10.7.4, RFC 2018). @internal */
export class Receiver {
  /** The number of the next byte; 0 before the other side's SYN has come. */
  next = 0;
  /** Bytes that are in order, and that nobody has read. */
  waitingBytes = 0;
  /** The other side has no more to send, and all of it is here. */
  ended = false;
  readonly #buffer: number;
  readonly #scale: number;
  #early: Early[] = [];
  #earlyBytes = 0;
  /** The number of the other side's FIN, once it has come. */
  #finAt = Infinity;
  #waiting: Uint8Array[] = [];
  /** Where the window that we have told of ends. */
  #edge = 0;
  /** Of the range that grew last: it is told first. */
  #latest = 0;
  /** What came twice, until it is told. */
  #twice: readonly [number, number] | undefined;

  constructor(buffer: number, scale: number) {
    this.#buffer = buffer;
    this.#scale = scale;
  }

  /** Takes what a segment carries. Answers whether that must be acknowledged at once, because it is not what was expected. */
  take(sequence: number, bytes: Uint8Array, fin: boolean): boolean {
    const end = sequence + bytes.length;
    if (fin) this.#finAt = Math.min(this.#finAt, end);
    if (sequence < this.next && bytes.length > 0) this.#twice = [sequence, Math.min(end, this.next)];
    if (end + (fin ? 1 : 0) <= this.next || sequence > Math.max(this.#edge, this.next)) return true; // it was here before, or there is no room
    if (sequence > this.next) {
      this.#keep(sequence, end, bytes);
      return true;
    }
    if (end > this.next) this.#accept(sequence === this.next ? bytes : bytes.subarray(this.next - sequence));
    const filled = this.#early.length > 0;
    if (filled) this.#takeEarly();
    if (this.next === this.#finAt) {
      this.next++;
      this.ended = true;
    }
    return filled || fin;
  }

  /** The next bytes in order. */
  read(): Uint8Array | undefined {
    const bytes = this.#waiting.shift();
    if (bytes !== undefined) this.waitingBytes -= bytes.length;
    return bytes;
  }

  /** The window to tell of: as a multiple of what can be told, and never less than what was told. */
  window(inSyn: boolean): number {
    const free = Math.max(0, this.#buffer - this.waitingBytes - this.#earlyBytes);
    const unit = inSyn ? 1 : 1 << this.#scale;
    const room = Math.max(Math.floor(free / unit) * unit, Math.ceil((this.#edge - this.next) / unit) * unit, 0);
    const window = Math.min(room, 65_535 * unit);
    this.#edge = Math.max(this.#edge, this.next + window);
    return window;
  }

  /** By how much the window would grow if it were told now. */
  get growth(): number {
    return this.#buffer - this.waitingBytes - this.#earlyBytes - (this.#edge - this.next);
  }

  /** What came twice, if anything did; then what came out of order, the latest first, or the range of which the former is a part. */
  get ranges(): Segment["ranges"] {
    if (this.#early.length === 0) return this.#twice === undefined ? NO_RANGES : [this.#twice];
    const ranges: (readonly [number, number])[] = [];
    for (const { start, end } of this.#early) {
      const last = ranges.at(-1);
      if (last !== undefined && last[1] === start) ranges[ranges.length - 1] = [last[0], end];
      else ranges.push([start, end]);
    }
    const latest = ranges.findIndex(([start, end]) => start <= this.#latest && this.#latest < end);
    if (latest > 0) ranges.unshift(...ranges.splice(latest, 1));
    if (this.#twice !== undefined) ranges.unshift(this.#twice);
    return ranges.slice(0, MOST_RANGES);
  }

  /** The first of the ranges is told: what came twice is told once. */
  told(): void {
    this.#twice = undefined;
  }

  clear(): void {
    this.#waiting = [];
    this.#early = [];
    this.waitingBytes = this.#earlyBytes = 0;
  }

  #accept(bytes: Uint8Array): void {
    this.next += bytes.length;
    if (bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.waitingBytes += bytes.length;
  }

  /** Keeps what is not here yet of a segment that came early. */
  #keep(sequence: number, end: number, bytes: Uint8Array): void {
    this.#latest = sequence;
    if (bytes.length === 0) return;
    let place = this.#early.length;
    while (place > 0 && this.#early[place - 1]!.start > sequence) place--;
    const before = this.#early[place - 1];
    const start = before === undefined ? sequence : Math.max(sequence, before.end);
    const stop = Math.min(end, this.#early[place]?.start ?? end);
    if (start >= stop) {
      this.#twice = [sequence, end];
      return;
    }
    this.#early.splice(place, 0, { start, end: stop, bytes: bytes.subarray(start - sequence, stop - sequence) });
    this.#earlyBytes += stop - start;
  }

  /** What came early is due, up to what is missing next. */
  #takeEarly(): void {
    let taken = 0;
    for (const { start, end, bytes } of this.#early) {
      if (start > this.next) break;
      taken++;
      this.#earlyBytes -= end - start;
      if (end > this.next) this.#accept(bytes.subarray(this.next - start));
    }
    this.#early.splice(0, taken);
  }
}

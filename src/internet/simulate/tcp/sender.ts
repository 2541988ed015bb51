// SPDX-License-Identifier: Apache-2.0
import type { Congestion } from "./congestion.ts";
import { Pieces } from "./pieces.ts";
import { Reordering, tellsOfDuplicate } from "./reordering.ts";
import { RoundTrip } from "./roundTrip.ts";
import type { Segment } from "./segment.ts";

/** A segment that was sent, and is not acknowledged. */
export interface Sent {
  readonly start: number;
  /** The number after it. */
  readonly end: number;
  readonly bytes: Uint8Array;
  readonly syn: boolean;
  readonly fin: boolean;
  /** When it was sent last, and how often in all. */
  at: number;
  times: number;
  /** It came, though something before it is missing. */
  arrived: boolean;
  /** It is taken to be lost, and not on the way. */
  lost: boolean;
}

/** What a sender needs of its connection. @internal */
export interface Line {
  readonly now: number;
  /** Sends it. */
  transmit(segment: Sent): void;
  /** An answer must come by then; NEVER: nothing is awaited. */
  awaitAnswer(by: number): void;
  /** Something may be lost; by then it is. */
  suspect(by: number): void;
}

const EMPTY = new Uint8Array(0);
/** Segments that must have come after one before it is lost, unless a quarter of the round trip (or more, see {@link Reordering}) has passed, too. */
const THRESHOLD = 3;

/**
 * Sends bytes until they are acknowledged. It finds what is lost by the times at which segments were sent that came (RACK, RFC 8985), sends that again while
 * the window allows it (RFC 6675), and all of it when no answer comes (RFC 6298).
 *
 * @internal
 */
export class Sender {
  /** The first byte that is not acknowledged, and the next to be sent. */
  unacknowledged = 0;
  next = 0;
  /** The most bytes in a segment. */
  segment: number;
  /** Where the other side's window ends. */
  edge = 0;
  /** The FIN is to be sent after all else. */
  ending = false;
  /** Segments that were sent again. */
  retransmitted = 0;
  /** Times that no answer came. */
  timeouts = 0;
  readonly roundTrip: RoundTrip;
  readonly congestion: (segment: number) => Congestion;
  readonly #line: Line;
  #control: Congestion | undefined;
  readonly #unsent = new Pieces();
  /** In order. Those before the head are acknowledged. */
  #sent: Sent[] = [];
  #head = 0;
  /** Bytes that are on the way. */
  #flight = 0;
  /** Bytes that are taken to be lost, and were not sent again. */
  #lost = 0;
  #arrivedAfter = 0;
  #finSent = false;
  /** Until this is acknowledged, what was lost is one loss. */
  #recovery = -1;
  #afterTimeout = false;
  /** When the latest of those segments was sent that came, and where it ended, and how long it took. */
  #latestAt = -1;
  #latestEnd = 0;
  #latestTook = 0;
  #reordered = false;
  readonly #reordering = new Reordering();
  #furthest = 0;

  constructor(line: Line, segment: number, minimum: number, congestion: (segment: number) => Congestion) {
    this.#line = line;
    this.segment = segment;
    this.roundTrip = new RoundTrip(minimum);
    this.congestion = congestion;
  }

  /** Bytes that wait to be sent or acknowledged. */
  get buffered(): number {
    return this.#unsent.length + this.next - this.unacknowledged;
  }

  get window(): number {
    return (this.#control ??= this.congestion(this.segment)).window;
  }

  get flight(): number {
    return this.#flight;
  }

  /** All that there was is acknowledged, the FIN, too. */
  get finished(): boolean {
    return this.#finSent && this.unacknowledged === this.next;
  }

  /** Whether there is something that only waits for the other side's window. */
  get blocked(): boolean {
    return this.unacknowledged === this.next && (this.#unsent.length > 0 || (this.ending && !this.#finSent));
  }

  synchronize(): void {
    this.#send({ start: this.next, end: this.next + 1, bytes: EMPTY, syn: true, fin: false, at: 0, times: 0, arrived: false, lost: false });
  }

  write(piece: Uint8Array): void {
    this.#unsent.push(piece);
  }

  /** Sends what may be sent now. @param hold keeps a segment that is not full while others are on the way (RFC 896) */
  push(hold: boolean): void {
    this.#control ??= this.congestion(this.segment);
    if (this.#lost > 0) this.#sendLost();
    while (this.#unsent.length > 0) {
      const length = Math.min(this.segment, this.#unsent.length, this.edge - this.next);
      if (length <= 0 || this.#flight + length > this.#control.window) break;
      if (length < this.segment && (length < this.#unsent.length || hold) && this.#flight > 0) break; // no silly little segments
      const last = this.ending && length === this.#unsent.length;
      this.#sendNew(this.#unsent.take(length), last);
    }
    if (this.ending && !this.#finSent && this.#unsent.length === 0) this.#sendNew(EMPTY, true);
  }

  /** What the other side says. Answers how many bytes are acknowledged by it. */
  acknowledge(answer: Segment): number {
    const { acknowledged } = answer;
    if (acknowledged > this.next) return 0;
    const twice = tellsOfDuplicate(answer);
    const ranges = twice ? answer.ranges.slice(1) : answer.ranges;
    const before = this.#flight;
    const bytes = Math.max(0, acknowledged - this.unacknowledged);
    let sample = -1;
    let again = false;
    while (this.#head < this.#sent.length && this.#sent[this.#head]!.end <= acknowledged) {
      const segment = this.#sent[this.#head++]!;
      again ||= segment.times > 1;
      if (!segment.arrived) sample = Math.max(sample, this.#came(segment));
    }
    if (again) sample = -1; // what came before that one has waited for it (Karn's rule)
    if (this.#head > 256 && this.#head * 2 > this.#sent.length) {
      this.#sent = this.#sent.slice(this.#head);
      this.#head = 0;
    }
    if (bytes > 0) this.unacknowledged = acknowledged;
    if (twice) this.#find(answer.ranges[0]![0]);
    this.#arrivedAfter = 0;
    for (const [from, to] of ranges) sample = Math.max(sample, this.#cameEarly(from, to));
    if (sample >= 0) this.roundTrip.measured(sample);
    else if (bytes > 0) this.roundTrip.backoff = 0;
    if (this.unacknowledged >= this.#recovery) {
      if (this.#recovery >= 0) this.#reordering.recovered();
      this.#recovery = -1;
      this.#afterTimeout = false;
    }
    if (bytes > 0) this.#grow(bytes, before);
    this.findLost();
    if (bytes > 0 || sample >= 0) this.#awaitAnswer();
    return bytes;
  }

  /** No answer came: all that is on the way is taken to be lost. */
  timeOut(): void {
    const control = (this.#control ??= this.congestion(this.segment));
    this.timeouts++;
    this.roundTrip.backoff++;
    if (!this.#afterTimeout || this.roundTrip.backoff === 1) control.timedOut(this.next - this.unacknowledged);
    this.#recovery = this.next;
    this.#afterTimeout = true;
    this.#reordering.timedOut();
    for (let i = this.#head; i < this.#sent.length; i++) this.#lose(this.#sent[i]!);
    this.#sendLost();
    this.#awaitAnswer();
  }

  /** Looks for segments that were sent before one that came, and should have come by now. */
  findLost(): void {
    if (this.#latestAt < 0) return;
    const { now } = this.#line;
    const patience = this.#patience();
    let by = Infinity;
    let found = false;
    for (let i = this.#head; i < this.#sent.length; i++) {
      const segment = this.#sent[i]!;
      if (segment.arrived || segment.lost) continue;
      if (segment.at > this.#latestAt || (segment.at === this.#latestAt && segment.end >= this.#latestEnd)) {
        if (segment.times === 1) break; // those after it were sent later still
        continue;
      }
      const due = segment.at + this.#latestTook + patience;
      if (due <= now) {
        if (!found) this.#reduce();
        found = true;
        this.#lose(segment);
        this.#reordering.missed(segment.start, segment.times);
      } else by = Math.min(by, due);
    }
    if (by < Infinity) this.#line.suspect(by);
  }

  clear(): void {
    this.#unsent.clear();
    this.#sent = [];
    this.#head = this.#flight = this.#lost = 0;
  }

  #patience(): number {
    if (!this.#reordered && (this.#recovery >= 0 || this.#arrivedAfter >= THRESHOLD)) return 0;
    return this.#reordering.patience(this.roundTrip);
  }

  /** Something is lost: once in each window, the rate goes down. */
  #reduce(): void {
    if (this.#recovery >= 0) return;
    this.#recovery = this.next;
    this.#reordering.begun();
    this.#control!.lost(Math.min(this.next - this.unacknowledged, this.#control!.window));
  }

  /** What was taken to be lost was not. If all of it was not, the rate is what it was before. */
  #find(start: number): void {
    if (!this.#reordering.found(start, this.unacknowledged, this.next)) return;
    this.#recovery = -1;
    this.#control!.undo();
  }

  #grow(bytes: number, before: number): void {
    const control = this.#control;
    if (control === undefined) return; // it was the SYN
    if (this.#recovery >= 0 && !this.#afterTimeout) return;
    if (before + this.segment * 3 < control.window) return; // it is not the window that holds us up
    control.acknowledged(bytes, this.#line.now, this.roundTrip.smoothed);
  }

  /** A segment has come. Answers how long it took, or -1 if nobody knows. */
  #came(segment: Sent): number {
    const { now } = this.#line;
    const length = segment.end - segment.start;
    if (segment.lost) {
      this.#lost -= length;
      segment.lost = false;
      if (segment.times === 1) this.#find(segment.start);
    } else this.#flight -= length;
    const took = now - segment.at;
    if (segment.end < this.#furthest && segment.times === 1) this.#reordered = true;
    this.#furthest = Math.max(this.#furthest, segment.end);
    if (segment.times > 1 && took < this.roundTrip.least) return -1; // it was the first one that came
    if (segment.at > this.#latestAt || (segment.at === this.#latestAt && segment.end > this.#latestEnd)) {
      this.#latestAt = segment.at;
      this.#latestEnd = segment.end;
      this.#latestTook = took;
    }
    return segment.times === 1 ? took : -1;
  }

  #cameEarly(from: number, to: number): number {
    let sample = -1;
    this.#arrivedAfter = 0;
    for (let i = this.#head; i < this.#sent.length; i++) {
      const segment = this.#sent[i]!;
      if (!segment.arrived && segment.start >= from && segment.end <= to) {
        sample = Math.max(sample, this.#came(segment));
        segment.arrived = true;
      }
      if (segment.arrived) this.#arrivedAfter++;
    }
    return sample;
  }

  #lose(segment: Sent): void {
    if (segment.arrived || segment.lost) return;
    segment.lost = true;
    this.#flight -= segment.end - segment.start;
    this.#lost += segment.end - segment.start;
  }

  #sendLost(): void {
    const most = this.#control!.window;
    for (let i = this.#head; i < this.#sent.length && this.#lost > 0; i++) {
      const segment = this.#sent[i]!;
      if (!segment.lost) continue;
      const length = segment.end - segment.start;
      if (this.#flight > 0 && this.#flight + length > most) return;
      segment.lost = false;
      this.#lost -= length;
      this.retransmitted++;
      this.#transmit(segment);
    }
  }

  #sendNew(bytes: Uint8Array, fin: boolean): void {
    const start = this.next;
    this.#finSent ||= fin;
    this.#send({ start, end: start + bytes.length + (fin ? 1 : 0), bytes, syn: false, fin, at: 0, times: 0, arrived: false, lost: false });
  }

  #send(segment: Sent): void {
    this.next = segment.end;
    this.#sent.push(segment);
    this.#transmit(segment);
    if (this.#flight === segment.end - segment.start) this.#awaitAnswer();
  }

  #transmit(segment: Sent): void {
    segment.at = this.#line.now;
    segment.times++;
    this.#flight += segment.end - segment.start;
    this.#line.transmit(segment);
  }

  #awaitAnswer(): void {
    this.#line.awaitAnswer(this.unacknowledged === this.next ? Infinity : this.#line.now + this.roundTrip.timeout);
  }
}

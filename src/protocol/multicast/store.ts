// SPDX-License-Identifier: Apache-2.0
import { ReedSolomon } from "../fec/index.ts";
import type { Block } from "./block.ts";
import { backoffTrips } from "./grtt.ts";
import { Learning, type Lesson } from "./learning.ts";
import { appendRequest, MOST_REQUESTS, MOST_SYMBOLS, type Nack, packData, packStatus, type Request } from "./wire.ts";

/** What a store needs to know. Times are milliseconds. */
export interface StoreSettings {
  /** Parity symbols for each full block that are sent before anybody asks. "auto": about as many as are asked for anyway. */
  readonly parities: number | "auto";
  /** Symbols of a full block. */
  readonly sources: number;
  /** Bytes of blocks that are kept at most. */
  readonly limit: number;
  /** How often a block may be sent. */
  readonly repairs: number;
  /** What share of all symbols may be repairs while there is something new to send. */
  readonly repairShare: number;
  readonly grtt: number;
  readonly groupSize: number;
}

interface Kept extends Block {
  readonly bytes: number;
  readonly code: ReedSolomon;
  /** The sequence numbers of its symbols, as they were sent. */
  readonly sent: number[];
  /** The symbol that was sent least recently. */
  next: number;
  /** Parity that was made already: it comes next. */
  readonly made: Uint8Array[];
  /** How many are to be sent. */
  pending: number;
  /** How many more may be sent at all. */
  left: number;
  /** What can be learned from it. */
  readonly lesson: Lesson;
  /** When it was last sent, or asked for. */
  touched: number;
}

/** A round trip cannot be shorter, as far as waiting is concerned. */
const SHORTEST_TRIP = 2;
/** Round trips for which a block is kept after it was last sent or asked for: eight times as long as asking may take. */
const KEPT_TRIPS = 80;
/** Of how many symbols one who asks must have lost a share so that it counts as much as what was known before: few say little. */
const BELIEVED = 32;
/** Bytes that a block takes in addition, about. */
const OVERHEAD = 512;
/** Parity symbols that are made at a time at most. */
const MADE = 16;
/** Symbols that a block remembers having sent. */
const REMEMBERED = 512;
/** Units of the clock in packets: 10 µs. */
const UNITS = 100;
/** How fast a longer round trip is believed, and a shorter one: that of the one receiver, or one of many. RFC 5401, section 3.2.3, in spirit. */
const RISE = 0.75;
const [FALL_FEW, FALL_MANY] = [0.5, 0.1];

/**
 * The blocks of a sender, and what is still to be sent of them.
 *
 * @internal
 */
export class Store {
  grtt: number;
  readonly #sender: number;
  readonly #settings: StoreSettings;
  readonly #blocks = new Map<number, Kept>();
  /** Those of which something is to be sent: new ones, and asked for ones. */
  readonly #fresh: Kept[] = [];
  readonly #asked = new Set<Kept>();
  readonly #learning: Learning;
  readonly #trips: number;
  readonly #codes: (ReedSolomon | undefined)[] = [];
  #bytes = 0;
  #sequence = 0;
  #sentBlocks = 0;
  #credit = 0;

  constructor(sender: number, settings: StoreSettings) {
    this.#sender = sender;
    this.#settings = settings;
    this.grtt = settings.grtt;
    this.#learning = new Learning(settings.groupSize);
    this.#trips = backoffTrips(settings.groupSize);
  }

  /** Milliseconds after which about everybody has asked who misses something, beginning with when it was sent. */
  get asking(): number {
    return (this.#trips + 1) * this.grtt;
  }

  /** Whether there is nothing to send. */
  get isIdle(): boolean {
    return this.#fresh.length === 0 && this.#asked.size === 0;
  }

  /** Whether a block can be taken: there is room, the last one has left, and nobody misses the oldest one any more. `undefined`: yes; else when to ask again. */
  roomAt(now: number): number | undefined {
    while (this.#bytes >= this.#settings.limit && this.#blocks.size > 0) {
      const [first] = this.#blocks.values();
      const free = first!.touched + Math.max(KEPT_TRIPS * this.grtt, 16 * this.asking);
      if (first!.pending > 0 || free > now) return Math.max(free, now + this.grtt);
      this.#blocks.delete(first!.number);
      this.#asked.delete(first!);
      this.#bytes -= first!.bytes;
    }
    return this.#fresh.length > 0 ? now : undefined;
  }

  add({ number, symbols }: Block, now: number): void {
    const parity = this.#parityFor(symbols.length, now);
    const code = (this.#codes[symbols.length] ??= new ReedSolomon(symbols.length, MOST_SYMBOLS - symbols.length));
    const bytes = sizeOf(symbols) + OVERHEAD;
    const kept: Kept = {
      number,
      symbols,
      bytes,
      code,
      sent: [],
      next: 0,
      made: [],
      pending: symbols.length + parity,
      left: symbols.length * this.#settings.repairs,
      lesson: { size: symbols.length, parity, needed: 0, finished: Infinity },
      touched: now,
    };
    this.#blocks.set(number, kept);
    this.#bytes += bytes;
    this.#fresh.push(kept);
  }

  /** The next packet that is to be sent, if any. Repairs come first, as far as they may. */
  next(now: number): Uint8Array | undefined {
    const { repairShare } = this.#settings;
    const [fresh] = this.#fresh;
    const [asked] = this.#asked;
    if (asked !== undefined && (fresh === undefined || this.#credit >= 1 - repairShare)) {
      if (fresh !== undefined) this.#credit -= 1 - repairShare;
      const packet = this.#symbol(asked, now);
      if (asked.pending === 0) this.#asked.delete(asked);
      return packet;
    }
    if (fresh === undefined) return undefined;
    this.#credit = Math.min(1, this.#credit + repairShare);
    const packet = this.#symbol(fresh, now);
    if (fresh.pending === 0) {
      this.#fresh.shift();
      this.#sentBlocks = fresh.number + 1;
      fresh.lesson.finished = now;
      if (this.#settings.parities === "auto") this.#learning.add(fresh.lesson);
    }
    return packet;
  }

  /**
   * Notes what is missing. What was sent after the one who asks last heard something is on its way, and does not count.
   *
   * @returns whether it can be sent: all of it, and whether more is sent than before
   */
  ask(nack: Nack, now: number): { readonly allThere: boolean; readonly more: boolean } {
    let [allThere, more] = [true, false];
    this.#learn(nack);
    for (const { block, count, need } of nack.requests) {
      const end = Math.min(block + count, this.#sentBlocks);
      if (block < this.#oldest) allThere = false;
      for (let number = Math.max(block, this.#oldest); number < end; number++) {
        const kept = this.#blocks.get(number);
        if (kept === undefined) continue;
        kept.touched = now;
        const size = kept.symbols.length;
        const onTheirWay = after(kept.sent, nack.seen);
        const came = kept.sent.length - onTheirWay;
        const wanted = need === 0 || need >= size ? size : this.#withLosses(need, came - size + need, came);
        if (need > 0 && need < size) kept.lesson.needed = Math.max(kept.lesson.needed, came + wanted - size);
        if (this.#raise(kept, wanted - onTheirWay)) more = true;
      }
    }
    if (this.#settings.parities === "auto" && this.#fillUp(now)) more = true;
    return { allThere, more };
  }

  /** What share of the symbols the one who asks has lost, from the first block that it asks for to the last. */
  #learn({ requests, seen }: Nack): void {
    let [lost, all, since] = [0, 0, 0];
    let last: number | undefined;
    for (const { block, count, need } of requests) {
      const first = Math.max(block, this.#oldest);
      for (let number = first; number < Math.min(block + count, this.#sentBlocks); number++) {
        const kept = this.#blocks.get(number);
        if (kept === undefined || need === 0 || need >= kept.symbols.length) continue; // who came late has lost nothing
        const came = kept.sent.length - after(kept.sent, seen);
        if (came > kept.symbols.length) continue; // who still misses something after parity has lost more than others
        since = last === undefined ? 0 : since + (number - last - 1) * kept.symbols.length;
        last = number;
        lost += came - kept.symbols.length + need;
        all += came;
      }
    }
    this.#learning.lost(lost, all + since);
  }

  /** So many repairs that as many as are needed come through, in a crowd with some to spare: then hardly anybody asks again. */
  #withLosses(need: number, lost: number, of: number): number {
    const { loss, crowd } = this.#learning;
    const share = Math.min(0.9, (Math.max(0, lost) + BELIEVED * loss) / (of + BELIEVED));
    return Math.round((need + crowd * Math.sqrt(need * share)) / (1 - share));
  }

  /** Sends more of what was sent when nobody knew yet how much is lost, also to those who have not asked yet. */
  #fillUp(now: number): boolean {
    const before = now - this.asking;
    let more = false;
    for (const kept of this.#unsettled(before)) {
      const { symbols, sent, lesson } = kept;
      if (!this.#learning.isGuessing(symbols.length, before)) continue;
      const parity = this.#learning.guess(symbols.length);
      if (parity <= lesson.parity) continue;
      lesson.parity = parity;
      if (this.#raise(kept, symbols.length + parity - sent.length)) more = true;
    }
    return more;
  }

  /** Blocks of which it is not clear yet what is missing. */
  *#unsettled(before: number): Generator<Kept> {
    for (const kept of [...this.#blocks.values()].toReversed()) {
      if (kept.lesson.finished <= before) return;
      yield kept;
    }
  }

  /** Sees to it that so many symbols of a block are sent. Answers whether these are more than before. */
  #raise(kept: Kept, wanted: number): boolean {
    const want = Math.min(kept.left, wanted);
    if (want <= kept.pending) return false;
    kept.pending = want;
    if (kept.lesson.finished < Infinity) this.#asked.add(kept);
    return true;
  }

  /** What will be sent for those who miss something. */
  #promises(): Request[] {
    const promises: Request[] = [];
    const { loss } = this.#learning;
    for (const { number, pending } of [...this.#asked].sort((a, b) => a.number - b.number)) {
      const need = Math.min(MOST_SYMBOLS, Math.round(pending * (1 - loss)));
      if (need > 0 && promises.length < MOST_REQUESTS) appendRequest(promises, number, need);
    }
    return promises;
  }

  /** Somebody has measured a round trip. */
  measured(echo: number, now: number): void {
    if (echo === 0) return;
    const trip = ((clockOf(now) - echo) | 0) / UNITS;
    if (!(trip >= 0 && trip < 60_000)) return;
    const fall = FALL_FEW + (FALL_MANY - FALL_FEW) * this.#learning.crowd;
    this.grtt = Math.max(SHORTEST_TRIP, this.grtt + (trip - this.grtt) * (trip > this.grtt ? RISE : fall));
  }

  status(now: number, ended: boolean): Uint8Array {
    return packStatus({
      sender: this.#sender,
      sequence: this.#sequence,
      blocks: this.#sentBlocks,
      oldest: this.#oldest,
      time: clockOf(now),
      groupSize: this.#settings.groupSize,
      grtt: this.grtt,
      ended,
      promises: this.#promises(),
    });
  }

  /** How much parity a block gets before anybody asks. */
  #parityFor(size: number, now: number): number {
    const { parities, sources } = this.#settings;
    if (parities === "auto") return this.#learning.parity(size, now - this.asking);
    return Math.min(MOST_SYMBOLS - size, Math.floor((parities * size) / sources));
  }

  get #oldest(): number {
    const [first] = this.#blocks.keys();
    return first === undefined ? this.#sentBlocks : Math.min(first, this.#sentBlocks);
  }

  /** Source symbols first, then parity that was not sent yet, then from the beginning. */
  #symbol(kept: Kept, now: number): Uint8Array {
    const { number, symbols, sent, next } = kept;
    const payload = next < symbols.length ? symbols[next]! : parityOf(kept);
    kept.next = next + 1 === MOST_SYMBOLS ? 0 : next + 1;
    kept.pending--;
    kept.left--;
    kept.touched = now;
    if (sent.push(this.#sequence) > REMEMBERED) sent.shift();
    const { grtt } = this;
    const packet = packData({
      sender: this.#sender,
      sequence: this.#sequence,
      block: number,
      sources: symbols.length,
      symbol: next,
      grtt,
      payload,
    });
    this.#sequence = (this.#sequence + 1) >>> 0;
    return packet;
  }
}

/** The parity symbol that comes next: all that are to be sent are made at once, which takes little longer than one. */
function parityOf({ symbols, code, made, next, pending }: Kept): Uint8Array {
  if (made.length === 0) made.push(...code.parity(symbols, next - symbols.length, Math.min(MADE, pending, MOST_SYMBOLS - next)));
  return made.shift()!;
}

/** How many of these were sent after the one with this number. */
function after(sent: readonly number[], seen: number): number {
  let count = 0;
  for (let i = sent.length - 1; i >= 0 && ((sent[i]! - seen) | 0) > 0; i--) count++;
  return count;
}

function clockOf(now: number): number {
  return Math.max(1, Math.floor(now * UNITS) >>> 0);
}

function sizeOf(symbols: readonly Uint8Array[]): number {
  let size = 0;
  for (const symbol of symbols) size += symbol.length;
  return size;
}

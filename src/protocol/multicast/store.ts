// SPDX-License-Identifier: Apache-2.0
import { ReedSolomon } from "../fec/index.ts";
import type { Block } from "./block.ts";
import { MOST_SYMBOLS, type Nack, packData, packStatus } from "./wire.ts";

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
  /** How many are to be sent. */
  pending: number;
  /** How many more may be sent at all. */
  left: number;
  /** How many of them nobody had asked for. */
  readonly parity: number;
  /** Whether anybody has asked for more. */
  asked: boolean;
  /** When all this had left. */
  finished: number;
  /** When it was last sent, or asked for. */
  touched: number;
}

/** A round trip cannot be shorter, as far as waiting is concerned. */
const SHORTEST_TRIP = 2;
/** Round trips for which a block is kept after it was last sent or asked for: eight times as long as asking may take. */
const KEPT_TRIPS = 80;
/** Round trips after which it is about clear what is missing of a block; and how many blocks are looked at to guess what will be missing of the next. */
const ASKING_TRIPS = 5;
const JUDGED = 24;
/** Bytes that a block takes in addition, about. */
const OVERHEAD = 512;
/** Symbols that a block remembers having sent. */
const REMEMBERED = 512;
/** Units of the clock in packets: 10 µs. */
const UNITS = 100;
/** How fast a longer round trip is believed, and a shorter one: RFC 5401, section 3.2.3, in spirit. */
const RISE = 0.75;
const FALL = 0.1;

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
  /** Blocks that were sent, the last ones last. */
  readonly #recent: Kept[] = [];
  readonly #codes: (ReedSolomon | undefined)[] = [];
  #bytes = 0;
  #sequence = 0;
  #sentBlocks = 0;
  #credit = 0;

  constructor(sender: number, settings: StoreSettings) {
    this.#sender = sender;
    this.#settings = settings;
    this.grtt = settings.grtt;
  }

  /** Whether there is nothing to send. */
  get isIdle(): boolean {
    return this.#fresh.length === 0 && this.#asked.size === 0;
  }

  /** Whether a block can be taken: there is room, the last one has left, and nobody misses the oldest one any more. `undefined`: yes; else when to ask again. */
  roomAt(now: number): number | undefined {
    while (this.#bytes >= this.#settings.limit && this.#blocks.size > 0) {
      const [first] = this.#blocks.values();
      const free = first!.touched + KEPT_TRIPS * this.grtt;
      if (first!.pending > 0 || free > now) return Math.max(free, now + this.grtt);
      this.#blocks.delete(first!.number);
      this.#asked.delete(first!);
      this.#bytes -= first!.bytes;
    }
    return this.#fresh.length > 0 ? now : undefined;
  }

  add({ number, symbols }: Block, now: number): void {
    const parities = this.#settings.parities === "auto" ? this.#expected(now) : this.#settings.parities;
    const parity = Math.min(MOST_SYMBOLS - symbols.length, Math.floor((parities * symbols.length) / this.#settings.sources));
    const code = (this.#codes[symbols.length] ??= new ReedSolomon(symbols.length, MOST_SYMBOLS - symbols.length));
    const bytes = sizeOf(symbols) + OVERHEAD;
    const kept: Kept = {
      number,
      symbols,
      bytes,
      code,
      sent: [],
      next: 0,
      pending: symbols.length + parity,
      left: symbols.length * this.#settings.repairs,
      parity,
      asked: false,
      finished: Infinity,
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
      fresh.finished = now;
      this.#recent.push(fresh);
    }
    return packet;
  }

  /**
   * Notes what is missing. What was sent after the one who asks last heard something is on its way, and does not count.
   *
   * @returns whether it can be sent
   */
  ask({ requests, seen }: Nack, now: number): boolean {
    let allThere = true;
    for (const { block, count, need } of requests) {
      const end = Math.min(block + count, this.#sentBlocks);
      const first = Math.max(block, this.#oldest);
      if (block < this.#oldest) allThere = false;
      for (let number = first; number < end; number++) {
        const kept = this.#blocks.get(number);
        if (kept === undefined) continue;
        kept.touched = now;
        const size = kept.symbols.length;
        const onTheirWay = after(kept.sent, seen);
        const wanted = withLosses(need === 0 ? size : Math.min(need, size), kept.sent.length - onTheirWay);
        const want = Math.min(kept.left, wanted - onTheirWay);
        if (want <= kept.pending) continue;
        kept.pending = want;
        kept.asked = true;
        this.#asked.add(kept);
      }
    }
    return allThere;
  }

  /** Somebody has measured a round trip. */
  measured(echo: number, now: number): void {
    if (echo === 0) return;
    const trip = ((clockOf(now) - echo) | 0) / UNITS;
    if (!(trip >= 0 && trip < 60_000)) return;
    this.grtt = Math.max(SHORTEST_TRIP, this.grtt + (trip - this.grtt) * (trip > this.grtt ? RISE : FALL));
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
    });
  }

  /** As much parity as nearly all of the last blocks needed, that have been out long enough to be asked for. Where nobody asked, one less may do. */
  #expected(now: number): number {
    const before = now - ASKING_TRIPS * this.grtt;
    while (this.#recent.length > JUDGED && this.#recent[JUDGED]!.finished < before) this.#recent.shift();
    const { sources } = this.#settings;
    const needs: number[] = [];
    for (const { finished, symbols, sent, pending, parity, asked } of this.#recent.slice(0, JUDGED)) {
      if (finished > before || symbols.length < sources) continue;
      needs.push(asked ? sent.length + pending - sources : parity - 1);
    }
    if (needs.length === 0) return 0;
    const mean = needs.reduce((sum, need) => sum + need, 0) / needs.length;
    const variance = needs.reduce((sum, need) => sum + (need - mean) ** 2, 0) / needs.length;
    return Math.max(0, Math.floor(mean - Math.sqrt(variance)));
  }

  get #oldest(): number {
    const [first] = this.#blocks.keys();
    return first === undefined ? this.#sentBlocks : Math.min(first, this.#sentBlocks);
  }

  /** Source symbols first, then parity that was not sent yet, then from the beginning. */
  #symbol(kept: Kept, now: number): Uint8Array {
    const { number, symbols, code, sent, next } = kept;
    const payload = next < symbols.length ? symbols[next]! : code.parity(symbols, next - symbols.length, 1)[0]!;
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

/** So many repairs that as many as are needed come through, if of these as large a share is lost as of what was sent before. */
function withLosses(need: number, sent: number): number {
  return need * 2 > sent ? need : Math.round((need * sent) / (sent - need));
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

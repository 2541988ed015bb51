// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";
import { ReedSolomon } from "../fec/index.ts";
import type { MissedBlocks, ReceivedBlock } from "./block.ts";
import { Asking } from "./asking.ts";
import { type Data, MOST_SYMBOLS, type Nack, packNack, packReport, type Report, type Request, type Status } from "./wire.ts";

/** What a receiver needs to know. Times are milliseconds. */
export interface SourceSettings {
  readonly receiver: number;
  /** Blocks that are collected at the same time. */
  readonly window: number;
  /** Whether to ask for what was sent before it came. */
  readonly fromStart: boolean;
  readonly patience: number;
  readonly report: number;
}

interface Partial {
  readonly sources: number;
  /** Those that came, by number; others are not there. */
  readonly symbols: (Uint8Array | undefined)[];
  /** How many. */
  count: number;
  whole: readonly Uint8Array[] | undefined;
}

/** Where the results go. */
export interface SourceEvents {
  block(block: ReceivedBlock): void;
  missed(blocks: MissedBlocks): void;
  packet(bytes: Uint8Array): void;
  report(report: Report): void;
}

const UNITS = 100;
/** How many last reports there may be for each symbol that came: they take about a hundredth of the bytes then. */
const REPORT_SHARE = 0.2;
const codes: (ReedSolomon | undefined)[] = [];

/**
 * One sender, as a receiver sees it: its blocks, and what is missing of them.
 *
 * @internal
 */
export class Source {
  readonly #sender: number;
  readonly #settings: SourceSettings;
  readonly #events: SourceEvents;
  readonly #asking: Asking;
  readonly #blocks = new Map<number, Partial>();
  /** The first block that was not given yet. */
  #next: number | undefined;
  /** Blocks before this one were sent: what is missing of them may be asked for. */
  #end = 0;
  #seen: number | undefined;
  #first = 0;
  #heard: number;
  #status: { readonly time: number; readonly at: number } | undefined;
  #ended = false;
  #reportAt: number;
  #counts = { received: 0, recovered: 0, missed: 0 };
  #random: Random;

  constructor(sender: number, settings: SourceSettings, events: SourceEvents, random: Random, now: number) {
    this.#sender = sender;
    this.#settings = settings;
    this.#events = events;
    this.#random = random;
    this.#asking = new Asking(random);
    this.#heard = now;
    this.#reportAt = now + settings.report * (0.5 + random.next());
    if (settings.fromStart) this.#next = 0;
  }

  /** When something is due. */
  get due(): number {
    return Math.min(this.#asking.due, this.#heard + this.#settings.patience, this.#reportAt);
  }

  /** When it was last heard. */
  get heard(): number {
    return this.#heard;
  }

  receive(data: Data, now: number): void {
    this.#heard = now;
    this.#asking.grtt = data.grtt;
    this.#count(data.sequence);
    const { block, sources, symbol, payload } = data;
    if (this.#next === undefined && symbol >= sources) return; // a repair: of something old, perhaps
    this.#next ??= block;
    if (block < this.#next) return;
    if (block - this.#next >= this.#settings.window) this.#skipTo(block - this.#settings.window + 1);
    this.#end = Math.max(this.#end, block);
    let partial = this.#blocks.get(block);
    if (partial === undefined) this.#blocks.set(block, (partial = { sources, symbols: empty(sources), count: 0, whole: undefined }));
    if (partial.whole === undefined && partial.sources === sources && partial.symbols[symbol] === undefined) {
      partial.symbols[symbol] = payload;
      if (++partial.count >= sources) this.#finish(block, partial);
    }
    if (this.#asking.isIdle && this.#next < this.#end) this.#look(now);
  }

  status(status: Status, now: number): void {
    this.#heard = now;
    this.#asking.grtt = status.grtt;
    this.#asking.groupSize = status.groupSize;
    this.#asking.overhear(status.promises, now);
    this.#passed((status.sequence - 1) >>> 0);
    if (this.#status === undefined) this.#reportAt = Math.max(this.#reportAt, now + status.groupSize * 500 * this.#random.next());
    this.#status = { time: status.time, at: now };
    this.#next ??= status.blocks;
    if (status.oldest > this.#next) this.#skipTo(status.oldest);
    this.#end = Math.max(this.#end, Math.min(status.blocks, this.#next + this.#settings.window));
    if (status.ended && !this.#ended) this.#lastReport(now, status.groupSize);
    this.#ended = status.ended;
    if (this.#asking.isIdle) this.#look(now);
  }

  /** Somebody else asks. */
  overhear(nack: Nack, now: number): void {
    this.#asking.overhear(nack.requests, now);
  }

  /** Does what is due. */
  tick(now: number): void {
    if (this.#asking.due <= now) {
      const requests = this.#asking.ask(now, () => this.#missing());
      if (requests !== undefined) this.#events.packet(this.#nack(requests, now));
    }
    if (this.#reportAt <= now) this.#report(now);
  }

  /** Nothing more will come: gives what there is. */
  end(): void {
    let end = this.#end;
    for (const number of this.#blocks.keys()) end = Math.max(end, number + 1);
    this.#skipTo(end);
  }

  /** The last report, from as many receivers as may send one: all reports together should be a small share of what was sent. */
  #lastReport(now: number, groupSize: number): void {
    const may = (REPORT_SHARE * this.#counts.received) / groupSize;
    this.#reportAt = this.#random.next() < may ? now + this.#random.next() * groupSize * 2 : Infinity;
  }

  #report(now: number): void {
    const { settings, counts } = { settings: this.#settings, counts: this.#counts };
    this.#reportAt = this.#ended ? Infinity : now + Math.max(settings.report, this.#asking.groupSize * 500) * (0.5 + this.#random.next());
    const expected = this.#seen === undefined ? 0 : ((this.#seen - this.#first) >>> 0) + 1;
    const report: Report = {
      type: "report",
      receiver: settings.receiver,
      sender: this.#sender,
      echo: this.#echo(now),
      ...counts,
      lost: Math.max(0, expected - counts.received),
      nacks: this.#asking.sent,
      suppressed: this.#asking.suppressed,
    };
    this.#events.report(report);
    this.#events.packet(packReport(report));
  }

  #nack(requests: readonly Request[], now: number): Uint8Array {
    const { receiver } = this.#settings;
    return packNack({ receiver, sender: this.#sender, seen: this.#seen ?? this.#first, echo: this.#echo(now), requests });
  }

  #echo(now: number): number {
    return this.#status === undefined ? 0 : Math.max(1, Math.floor(this.#status.time + (now - this.#status.at) * UNITS) >>> 0);
  }

  #count(sequence: number): void {
    this.#counts.received++;
    if (this.#seen === undefined) this.#first = this.#seen = sequence;
    this.#passed(sequence);
  }

  /** What was sent before this is not on its way any more: it has come, or is lost. */
  #passed(sequence: number): void {
    if (this.#seen === undefined) {
      this.#seen = sequence;
      this.#first = (sequence + 1) >>> 0; // nothing that came before counts as lost
    } else if (((sequence - this.#seen) | 0) > 0) this.#seen = sequence;
  }

  #look(now: number): void {
    for (let block = this.#next!; block < this.#end; block++)
      if (this.#blocks.get(block)?.whole === undefined) return this.#asking.begin(now);
  }

  /** The blocks that are not whole, and how many symbols each needs; 0: nobody knows. */
  *#missing(): Generator<readonly [block: number, need: number]> {
    for (let block = this.#next ?? 0; block < this.#end; block++) {
      const partial = this.#blocks.get(block);
      if (partial === undefined) yield [block, 0];
      else if (partial.whole === undefined) yield [block, partial.sources - partial.count];
    }
  }

  #finish(number: number, partial: Partial): void {
    const { sources, symbols } = partial;
    const missing: number[] = [];
    for (let n = 0; n < sources; n++) if (symbols[n] === undefined) missing.push(n);
    const whole = symbols.slice(0, sources);
    if (missing.length > 0) {
      const code = (codes[sources] ??= new ReedSolomon(sources, MOST_SYMBOLS - sources));
      const there = new Map<number, Uint8Array>();
      for (const [n, symbol] of symbols.entries()) if (symbol !== undefined) there.set(n, symbol);
      for (const [i, symbol] of code.recover(there, missing).entries()) whole[missing[i]!] = symbol;
      this.#counts.recovered += missing.length;
    }
    partial.whole = whole.filter((symbol) => symbol !== undefined);
    symbols.length = 0;
    if (number === this.#next) this.#give();
  }

  #give(): void {
    for (let partial = this.#blocks.get(this.#next!); partial?.whole !== undefined; partial = this.#blocks.get(this.#next!)) {
      this.#blocks.delete(this.#next!);
      this.#events.block({ from: this.#sender, number: this.#next!, symbols: partial.whole });
      this.#next!++;
    }
  }

  /** The first block after this one of which something has come; this many at most. */
  #following(block: number, most: number): number {
    let first = most;
    for (const number of this.#blocks.keys()) if (number > block) first = Math.min(first, number);
    return first;
  }

  /** Gives up what is missing before this block. */
  #skipTo(target: number): void {
    let gap: { block: number; count: number } | undefined;
    const tell = (): void => {
      if (gap === undefined) return;
      this.#counts.missed += gap.count;
      this.#events.missed({ from: this.#sender, ...gap });
      gap = undefined;
    };
    while (this.#next !== undefined && this.#next < target) {
      const partial = this.#blocks.get(this.#next);
      if (partial?.whole !== undefined) {
        tell();
        this.#give();
        continue;
      }
      const following = partial === undefined ? this.#following(this.#next, target) : this.#next + 1;
      this.#blocks.delete(this.#next);
      gap = { block: gap?.block ?? this.#next, count: (gap?.count ?? 0) + following - this.#next };
      this.#next = following;
    }
    tell();
    if (this.#next !== undefined) this.#give();
  }
}

/** A list that stays a list, whatever is written into it first. */
function empty(length: number): undefined[] {
  return Array.from({ length });
}

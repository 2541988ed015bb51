// SPDX-License-Identifier: Apache-2.0
// What receivers ask a sender for: gathered for a while, then sent in the order of the objects (RFC 5740, section 5.4).
import { parityFor } from "../multicast/learning.ts";
import { MOST_SYMBOLS, NEED, type NormNack, type RepairRequest, type SymbolId } from "./message.ts";
import { difference16, difference24 } from "./numbers.ts";
import type { Outgoing, OutgoingBlock } from "./outgoing.ts";

/** Blocks that one NACK may ask for: more is not looked at, it can ask again. */
const MOST_BLOCKS = 4096;
/** Bytes of a request at most. */
const LONGEST_REQUEST = 20;
/** How much of the last receiver's losses is believed, and of what losses. */
const BELIEVED = 0.5;
const MOST_LOSS = 0.5;
/** In smaller groups what is asked for afterwards costs less than what nobody needs. */
const FEW = 4;
/** How many receivers should still lack something of a block that was repaired. */
const LACK = 0.1;
/** Losses that are told apart, between 0 and 1. */
const STEPS = 200;

/** What is asked for, and what of it is to be sent now. */
export class Repairs {
  readonly #asked = new Set<OutgoingBlock>();
  readonly #askedInfo = new Set<Outgoing>();
  #queue: OutgoingBlock[] = [];
  #infos: Outgoing[] = [];
  /** What share of what is sent a receiver that asks does not get. */
  #loss = 0;
  readonly #more: number;
  readonly #groupSize: number;
  /** How much parity is enough for all: by loss and size of a block. */
  readonly #enough = new Map<number, number>();

  /** @param groupSize where there are ten times as many receivers, somebody probably misses one symbol more than the one who asks */
  constructor(groupSize: number) {
    this.#groupSize = groupSize;
    this.#more = Math.floor(Math.log10(groupSize));
  }

  get isAsked(): boolean {
    return this.#asked.size > 0 || this.#askedInfo.size > 0;
  }

  get isActive(): boolean {
    return this.#queue.length > 0 || this.#infos.length > 0;
  }

  /**
   * Notes what a receiver misses. What was repaired less than a round trip ago may be on its way to it, and does not count.
   *
   * @returns whether it asks for something that cannot be had
   */
  ask(nack: NormNack, kept: ReadonlyMap<number, Outgoing>, oldest: number, next: number, since: number): boolean {
    let unknown = false;
    let budget = MOST_BLOCKS;
    const counts = new Map<OutgoingBlock, number>();
    for (const request of nack.requests) {
      const [first, last] = [orderOf(request.from, next), orderOf(request.to, next)];
      if (first < oldest) unknown = true;
      for (let order = Math.max(first, oldest); order <= Math.min(last, next - 1) && budget > 0; order++) {
        budget--;
        const object = kept.get(order);
        if (object === undefined) unknown = true;
        else if ((request.flags & NEED.object) !== 0) budget -= this.#askAll(object, since);
        else if (!this.#askPart(object, request, counts, since)) unknown = true;
      }
    }
    this.#estimate(counts);
    for (const [block, count] of counts)
      block.count = Math.max(block.count, Math.round(count / (1 - this.#loss)) + this.#more, this.#forAll(block));
    return unknown;
  }

  /** So much more parity of a block that hardly anybody of a group asks for it once more, if all lose as much as those who have asked; 0 when that was sent. */
  #forAll(block: OutgoingBlock): number {
    if (this.#groupSize < FEW || block.fresh > block.proactive) return 0;
    const { transmission } = block.object;
    const size = block.object.sizeOf(block.number);
    const step = Math.round(this.#loss * STEPS);
    const key = step * (MOST_SYMBOLS + 1) + size;
    let parity = this.#enough.get(key);
    if (parity === undefined) this.#enough.set(key, (parity = parityFor(size, step / STEPS, LACK / this.#groupSize)));
    return Math.max(0, Math.min(parity, transmission.parities) - block.fresh);
  }

  /** What was asked for, so that nobody else asks for it: as much as fits into so many bytes. */
  advice(most: number): RepairRequest[] {
    const requests: RepairRequest[] = [];
    for (const object of this.#askedInfo) requests.push(requestOf(NEED.info, object.id, 0, 0, 0));
    for (const { object, number, named, count } of [...this.#asked].sort(byPlace)) {
      const size = object.sizeOf(number);
      const block = number & 0xff_ffff;
      if (count > 0) requests.push(requestOf(NEED.segment, object.id, block, size, Math.min(MOST_SYMBOLS, size + count) - 1));
      else if (named.size >= size) requests.push(requestOf(NEED.block, object.id, block, 0, 0));
      else for (const id of [...named].sort((a, b) => a - b)) requests.push(requestOf(NEED.segment, object.id, block, id, id));
      if (requests.length * LONGEST_REQUEST > most) break;
    }
    return requests.slice(0, Math.floor(most / LONGEST_REQUEST));
  }

  /** What share of the symbols this receiver loses, from blocks that were not repaired yet; of repairs as large a share will be lost. */
  #estimate(counts: ReadonlyMap<OutgoingBlock, number>): void {
    let [lost, sent] = [0, 0];
    for (const [block, count] of counts) {
      if (block.fresh > 0) continue;
      lost += count;
      sent += block.object.sizeOf(block.number);
    }
    if (sent > 0) this.#loss += (Math.min(MOST_LOSS, lost / sent) - this.#loss) * BELIEVED;
  }

  /** What was asked for is to be sent now. */
  activate(): void {
    for (const object of this.#askedInfo) if (object.infoLeft-- > 0) this.#infos.push(object);
    this.#askedInfo.clear();
    for (const block of this.#asked) {
      const waits = block.isPending;
      block.activate();
      if (!waits && block.isPending) this.#queue.push(block);
    }
    this.#asked.clear();
    this.#queue.sort(byPlace);
  }

  /** The object whose information is to be sent next, or the block of which a symbol is. */
  next(): { readonly object: Outgoing; readonly block?: OutgoingBlock } | undefined {
    const object = this.#infos.shift();
    if (object !== undefined) return { object };
    const block = this.#queue[0];
    return block === undefined ? undefined : { object: block.object, block };
  }

  /** Nothing of the first block in the line is to be sent any more. */
  done(): void {
    this.#queue.shift();
  }

  forget(object: Outgoing): void {
    this.#askedInfo.delete(object);
    for (const block of object.blocks.values()) this.#asked.delete(block);
    this.#infos = this.#infos.filter((each) => each !== object);
    this.#queue = this.#queue.filter((block) => block.object !== object);
  }

  /** Everything of an object that was sent so far. */
  #askAll(object: Outgoing, since: number): number {
    if (object.info !== undefined) this.#askedInfo.add(object);
    for (const block of object.blocks.values()) this.#askBlock(block, since);
    return object.blocks.size;
  }

  #askBlock(block: OutgoingBlock, since: number): void {
    if (block.repaired > since || block.left <= 0 || block.isAskedWhole) return;
    block.isAskedWhole = true;
    for (let id = 0; id < block.object.sizeOf(block.number); id++) block.named.add(id);
    this.#asked.add(block);
  }

  /** @returns whether it is there */
  #askPart(object: Outgoing, request: RepairRequest, counts: Map<OutgoingBlock, number>, since: number): boolean {
    const { flags, from, to, erasures } = request;
    if ((flags & NEED.info) !== 0 && object.info !== undefined) this.#askedInfo.add(object);
    if ((flags & (NEED.block | NEED.segment)) === 0) return true;
    const [first, last] = [blockOf(from, object), blockOf(to, object)];
    let there = true;
    for (let number = first; number <= Math.min(last, first + MOST_BLOCKS, object.nextBlock); number++) {
      const block = object.blocks.get(number);
      if (block === undefined) there = number >= object.nextBlock;
      else if ((flags & NEED.block) !== 0) this.#askBlock(block, since);
      else if (block.repaired <= since && block.left > 0) this.#askSymbols(block, from.symbol, erasures ? undefined : to.symbol, counts);
    }
    return there;
  }

  #askSymbols(block: OutgoingBlock, first: number, last: number | undefined, counts: Map<OutgoingBlock, number>): void {
    const size = block.object.sizeOf(block.number);
    this.#asked.add(block);
    if (last === undefined) {
      counts.set(block, Math.min(first, size));
      return;
    }
    for (let id = first; id <= last; id++) {
      block.named.add(id);
      if (id >= size) counts.set(block, Math.min(size, (counts.get(block) ?? 0) + 1));
    }
  }
}

function byPlace(a: OutgoingBlock, b: OutgoingBlock): number {
  return a.object.order - b.object.order || a.number - b.number;
}

function requestOf(flags: number, object: number, block: number, first: number, last: number): RepairRequest {
  return { flags, from: { object, block, symbol: first }, to: { object, block, symbol: last }, erasures: false };
}

function orderOf({ object }: SymbolId, next: number): number {
  return next + difference16(object, next & 0xffff);
}

function blockOf({ block }: SymbolId, object: Outgoing): number {
  return object.nextBlock + difference24(block, object.nextBlock & 0xff_ffff);
}

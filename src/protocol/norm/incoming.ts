// SPDX-License-Identifier: Apache-2.0
// What a receiver has of an object or a stream, and what it misses.
import { wholeBlock } from "./codes.ts";
import { STREAM_HEADER, type Transmission } from "./message.ts";
import { difference24 } from "./numbers.ts";
import { type Partition, partitionOf, sizeOfBlock, startOfBlock } from "./partition.ts";

/** What is missing of a block; of all its symbols none has come if `ids` is empty. */
export interface MissingSymbols {
  readonly block: number;
  /** How many symbols, whichever. */
  readonly need: number;
  /** Which ones to ask for. */
  readonly ids: readonly number[];
}

/** How far a sender is in an object. */
export interface Place {
  readonly block: number;
  /** The last symbol that counts; -1: none of this block does. */
  readonly symbol: number;
}

/** A piece of a stream. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** Where it is in the stream, modulo 2^32. */
  readonly offset: number;
  /** Where in it the first message begins; -1: none does. */
  readonly begins: number;
}

interface Collected {
  readonly size: number;
  readonly symbols: Map<number, Uint8Array>;
}

/** All symbols of a block that are not there, parity first: that is most likely new for others, too. */
function idsToAsk({ size, symbols }: Collected, parities: number, need: number): number[] {
  const ids: number[] = [];
  for (let id = size; id < size + parities && ids.length < need; id++) if (!symbols.has(id)) ids.push(id);
  for (let id = 0; id < size && ids.length < need; id++) if (!symbols.has(id)) ids.push(id);
  return ids.sort((a, b) => a - b);
}

/** An object that is not whole yet. */
export class IncomingObject {
  readonly transmission: Transmission;
  readonly flags: number;
  info: Uint8Array | undefined;
  /** Bytes that have come. */
  held = 0;
  readonly #partition: Partition;
  readonly #blocks = new Map<number, Collected>();
  /** Blocks that are whole, and the first that is not. */
  readonly #whole = new Map<number, readonly Uint8Array[]>();
  #first = 0;

  constructor(transmission: Transmission, flags: number) {
    this.transmission = transmission;
    this.flags = flags;
    this.#partition = partitionOf(transmission);
  }

  get isWhole(): boolean {
    return this.#whole.size === this.#partition.blocks;
  }

  /** All source symbols that its last block has. */
  get end(): Place {
    return { block: this.#partition.blocks, symbol: -1 };
  }

  blockOf(block: number): number {
    return block;
  }

  add(number: number, id: number, payload: Uint8Array): void {
    const { symbolSize, parities, size: bytes } = this.transmission;
    if (number >= this.#partition.blocks || this.#whole.has(number)) return;
    const size = sizeOfBlock(this.#partition, number);
    if (id >= size + parities || payload.length > symbolSize) return;
    if (id < size) {
      const start = (startOfBlock(this.#partition, number) + id) * symbolSize;
      if (payload.length !== Math.min(symbolSize, bytes - start)) return;
    }
    let block = this.#blocks.get(number);
    if (block === undefined) this.#blocks.set(number, (block = { size, symbols: new Map() }));
    if (block.symbols.has(id)) return;
    block.symbols.set(id, payload);
    this.held += payload.length;
    if (block.symbols.size < size) return;
    this.#whole.set(number, wholeBlock(this.transmission, size, block.symbols));
    this.#blocks.delete(number);
    while (this.#whole.has(this.#first)) this.#first++;
  }

  *missing({ block: end, symbol }: Place): Generator<MissingSymbols> {
    const { blocks } = this.#partition;
    for (let number = this.#first; number < Math.min(blocks, end + 1); number++) {
      if (this.#whole.has(number)) continue;
      const size = sizeOfBlock(this.#partition, number);
      if (number === end && symbol < size - 1) continue;
      const block = this.#blocks.get(number);
      if (block === undefined) yield { block: number, need: size, ids: [] };
      else {
        const need = size - block.symbols.size;
        yield { block: number, need, ids: idsToAsk(block, this.transmission.parities, need) };
      }
    }
  }

  content(): Uint8Array {
    const bytes = new Uint8Array(this.transmission.size);
    const { symbolSize } = this.transmission;
    for (const [number, symbols] of this.#whole) {
      let at = startOfBlock(this.#partition, number) * symbolSize;
      for (const symbol of symbols) {
        bytes.set(symbol.length <= bytes.length - at ? symbol : symbol.subarray(0, bytes.length - at), at);
        at += symbolSize;
      }
    }
    return bytes;
  }
}

/** A stream. */
export class IncomingStream {
  readonly transmission: Transmission;
  held = 0;
  isEnded = false;
  readonly #blocks = new Map<number, Collected>();
  /** What is to be given next. Blocks are counted beyond 2^24. */
  #block: number;
  #symbol = 0;
  /** The last symbol that is known. */
  #known: { block: number; symbol: number };

  constructor(transmission: Transmission, block: number) {
    this.transmission = transmission;
    this.#block = block;
    this.#known = { block, symbol: -1 };
  }

  get isWhole(): boolean {
    return this.isEnded;
  }

  get end(): Place {
    return this.#known;
  }

  /** The first block that is not whole. */
  get first(): number {
    return this.#block;
  }

  blockOf(block: number): number {
    return this.#block + difference24(block, this.#block & 0xff_ffff);
  }

  add(number: number, id: number, payload: Uint8Array): void {
    const { sources, parities, symbolSize } = this.transmission;
    if (number < this.#block || id >= sources + parities || payload.length > symbolSize + STREAM_HEADER) return;
    if (number > this.#known.block) this.#known = { block: number, symbol: -1 };
    if (number === this.#known.block) this.#known.symbol = Math.max(this.#known.symbol, Math.min(id, sources - 1));
    let block = this.#blocks.get(number);
    if (block === undefined) this.#blocks.set(number, (block = { size: sources, symbols: new Map() }));
    if (block.symbols.has(id) || (number === this.#block && id < this.#symbol)) return;
    block.symbols.set(id, payload);
    this.held += payload.length;
    if (block.symbols.size < sources) return;
    let recovers = false;
    for (let n = 0; n < sources && !recovers; n++) recovers = !block.symbols.has(n);
    if (recovers) for (const [n, symbol] of wholeBlock(this.transmission, sources, block.symbols).entries()) block.symbols.set(n, symbol);
  }

  /** What can be given now, in order. */
  *take(): Generator<Piece> {
    for (;;) {
      const payload = this.#blocks.get(this.#block)?.symbols.get(this.#symbol);
      if (payload === undefined) return;
      yield* this.#piece(payload);
      if (++this.#symbol === this.transmission.sources) this.#skip(this.#block + 1);
    }
  }

  /** Gives up what is missing before this block. @returns how many blocks */
  skipTo(block: number): number {
    const skipped = block - this.#block;
    if (skipped > 0) this.#skip(block);
    return Math.max(0, skipped);
  }

  /** Where it goes on if the first block is given up. */
  get following(): number {
    let first = Infinity;
    for (const number of this.#blocks.keys()) if (number > this.#block) first = Math.min(first, number);
    return first === Infinity ? this.#block + 1 : first;
  }

  *missing({ block: end, symbol }: Place): Generator<MissingSymbols> {
    const { sources, parities } = this.transmission;
    for (let number = this.#block; number <= Math.min(end, this.#known.block); number++) {
      const block = this.#blocks.get(number) ?? { size: sources, symbols: new Map<number, Uint8Array>() };
      if (number < end || (number === end && symbol >= sources - 1)) {
        const need = sources - block.symbols.size;
        if (need > 0) yield { block: number, need, ids: block.symbols.size === 0 ? [] : idsToAsk(block, parities, need) };
      } else {
        const ids: number[] = [];
        for (let id = number === this.#block ? this.#symbol : 0; id <= symbol; id++) if (!block.symbols.has(id)) ids.push(id);
        if (ids.length > 0) yield { block: number, need: ids.length, ids };
      }
    }
  }

  /** Symbols up to this one exist. */
  knows({ block, symbol }: Place): void {
    const { sources } = this.transmission;
    const known = this.#known;
    if (block > known.block || (block === known.block && symbol > known.symbol))
      this.#known = { block, symbol: Math.min(symbol, sources - 1) };
  }

  *#piece(payload: Uint8Array): Generator<Piece> {
    if (payload.length < STREAM_HEADER) return;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    const [length, begins, offset] = [view.getUint16(0), view.getUint16(2), view.getUint32(4)];
    if (length === 0 && begins === 0) this.isEnded = true;
    const bytes = payload.subarray(STREAM_HEADER, Math.min(payload.length, STREAM_HEADER + length));
    if (bytes.length > 0) yield { bytes, offset, begins: begins > 0 && begins <= bytes.length ? begins - 1 : -1 };
  }

  #skip(to: number): void {
    for (const number of [...this.#blocks.keys()]) {
      if (number >= to) continue;
      for (const symbol of this.#blocks.get(number)!.symbols.values()) this.held -= symbol.length;
      this.#blocks.delete(number);
    }
    [this.#block, this.#symbol] = [to, 0];
    if (to > this.#known.block) this.#known = { block: to, symbol: -1 };
  }
}

// SPDX-License-Identifier: Apache-2.0
import { Codes, type FECPacket, fromSymbol, toSymbol } from "./packet.ts";

/** A block that is over, and how many of its datagrams never came. */
export interface FECLoss {
  readonly block: number;
  /** Undefined where no parity packet came either, so that nobody knows how many there were. */
  readonly datagrams: number | undefined;
}

/** What has come of a block. */
interface Block {
  /** 0 until a parity packet says it. */
  sources: number;
  /** Which datagrams were given. */
  readonly given: Set<number>;
  /** What may be needed to find those that were not. */
  readonly symbols: Map<number, Uint8Array>;
  done: boolean;
}

/** So many times the window away, a block does not come late: its sender has started again. */
const AGAIN = 64;

/**
 * The last blocks of FEC packets, and what is missing in them.
 *
 * @internal
 */
export class Blocks {
  /** Blocks that are over. */
  readonly losses: FECLoss[] = [];
  readonly #codes = new Codes();
  readonly #blocks = new Map<number, Block>();
  readonly #window: number;
  #newest: number | undefined;

  constructor(window: number) {
    this.#window = window;
  }

  /** The datagrams that are there because of this packet; or in words why it is of no use. */
  add(packet: FECPacket): Uint8Array[] | string {
    const block = this.#find(packet.block);
    if (block === undefined) return `its block ${packet.block} is over`;
    const { symbol, sources, payload } = packet;
    const parity = sources > 0;
    if (block.sources > 0 && (parity ? sources !== block.sources : symbol >= block.sources))
      return `its block has ${block.sources} datagrams, and not ${parity ? sources : symbol + 1}`;
    if (parity) block.sources = sources;
    if (block.done || block.symbols.has(symbol)) return [];
    block.symbols.set(symbol, payload);
    const here: Uint8Array[] = [];
    if (!parity) {
      block.given.add(symbol);
      here.push(payload);
    }
    if (block.sources === 0 || block.symbols.size < block.sources) return here;
    return this.#finish(block, here);
  }

  /** Nothing more will come. */
  end(): void {
    for (const number of [...this.#blocks.keys()]) this.#forget(number);
  }

  #finish(block: Block, here: Uint8Array[]): Uint8Array[] | string {
    const missing = Array.from({ length: block.sources }, (_, n) => n).filter((n) => !block.given.has(n));
    block.done = true;
    if (missing.length > 0) {
      const symbols = new Map([...block.symbols].map(([n, bytes]) => [n, n < block.sources ? toSymbol(bytes) : bytes]));
      for (const symbol of this.#codes.for(block.sources).recover(symbols, missing)) {
        const datagram = fromSymbol(symbol);
        if (datagram === undefined) return "the parity packets of its block do not fit the others";
        here.push(datagram);
      }
    }
    for (const n of missing) block.given.add(n);
    block.symbols.clear();
    return here;
  }

  #find(number: number): Block | undefined {
    const ahead = this.#newest === undefined ? 0 : (number - this.#newest) | 0;
    if (ahead < -AGAIN * this.#window) {
      this.end();
      this.#newest = number;
    } else if (ahead > 0 || this.#newest === undefined) {
      this.#newest = number;
      for (const old of [...this.#blocks.keys()]) if (((number - old) | 0) >= this.#window) this.#forget(old);
    } else if (-ahead >= this.#window) return undefined;
    let block = this.#blocks.get(number);
    if (block === undefined) this.#blocks.set(number, (block = { sources: 0, given: new Set(), symbols: new Map(), done: false }));
    return block;
  }

  #forget(number: number): void {
    const { sources, given, done } = this.#blocks.get(number)!;
    this.#blocks.delete(number);
    if (done) return;
    const known = sources > 0 ? sources : undefined;
    const contiguous = known === undefined && Math.max(...given) === given.size - 1;
    if (!contiguous) this.losses.push({ block: number, datagrams: known === undefined ? undefined : known - given.size });
  }
}

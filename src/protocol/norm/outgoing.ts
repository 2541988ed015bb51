// SPDX-License-Identifier: Apache-2.0
// What a sender sends: objects and streams, as blocks of symbols, and what is asked for of them.
import { FLAG, STREAM_HEADER, type Transmission } from "./message.ts";
import { parityOf } from "./codes.ts";
import { type Partition, partitionOf, sizeOfBlock, startOfBlock } from "./partition.ts";

/** Something with an end. */
export interface NormObject {
  readonly bytes: Uint8Array;
  /** What receivers are told about it, often before they have it: for a file its name. It must fit into one symbol. */
  readonly info?: Uint8Array;
  /** It is a file, which libnorm's receivers put into one. Default false. */
  readonly file?: boolean;
}

/** A block that was sent, in part at least. */
export class OutgoingBlock {
  readonly object: Outgoing;
  readonly number: number;
  /** How many parity symbols were sent. */
  fresh = 0;
  /** Source and parity symbols that are asked for by number; and how many, whichever they are. Not decided yet. */
  readonly named: Set<number> = new Set();
  count = 0;
  isAskedWhole = false;
  /** What is to be sent now: by number, and new parity. */
  pending: number[] = [];
  pendingParities = 0;
  /** How many more repairs there may be. */
  left: number;
  /** When the last repair of it was sent. */
  repaired: number = -Infinity;
  /** How many parity symbols were sent before anybody asked; whether somebody has; when all this had left. */
  proactive = 0;
  wasAsked = false;
  finished: number = Infinity;
  /** When it was last sent. */
  touched: number = -Infinity;

  constructor(object: Outgoing, number: number, left: number) {
    this.object = object;
    this.number = number;
    this.left = left;
  }

  get isAsked(): boolean {
    return this.named.size > 0 || this.count > 0;
  }

  get isPending(): boolean {
    return this.pending.length > 0 || this.pendingParities > 0;
  }

  /** What was asked for is to be sent now: parity that nobody has had helps everybody; if there is not enough, what was named. */
  activate(): void {
    this.wasAsked = true;
    const size = this.object.sizeOf(this.number);
    const parities = this.object.isComplete(this.number) ? this.object.transmission.parities : 0;
    const explicit = [...this.named].filter((id) => id < size);
    const available = parities - this.fresh - this.pendingParities;
    if (this.count > 0 && this.count <= available + this.pendingParities) this.pendingParities = Math.max(this.pendingParities, this.count);
    else if (this.count > 0 && parities === 0) explicit.push(...Array.from({ length: size }, (_, n) => n));
    else if (this.count > 0) explicit.push(...this.#parities(size, parities));
    const ids = new Set([...this.pending, ...explicit]);
    this.pending = [...ids].sort((a, b) => a - b);
    this.named.clear();
    this.count = 0;
    this.isAskedWhole = false;
  }

  /** The parity symbols that were named; if they are too few, any. */
  #parities(size: number, parities: number): number[] {
    const named = [...this.named].filter((id) => id >= size && id < size + parities);
    for (let n = 0; n < parities && named.length < this.count; n++) if (!this.named.has(size + n)) named.push(size + n);
    return named;
  }

  /** The number of the symbol that is to be sent next, if any. */
  next(): number | undefined {
    if (this.pending.length === 0 && this.pendingParities === 0) return undefined;
    this.left--;
    const id = this.pending.shift();
    if (this.left <= 0) [this.pending, this.pendingParities] = [[], 0];
    if (id !== undefined) return id;
    this.pendingParities = Math.max(0, this.pendingParities - 1);
    return this.object.sizeOf(this.number) + this.fresh++;
  }
}

/** An object or a stream, as blocks. */
export abstract class Outgoing {
  /** Counts objects, also beyond 2^16. */
  readonly order: number;
  readonly transmission: Transmission;
  readonly info: Uint8Array | undefined;
  readonly blocks: Map<number, OutgoingBlock> = new Map();
  /** What is to be sent next for the first time. */
  nextBlock = 0;
  nextSymbol = 0;
  infoPending: boolean;
  infoAsked = false;
  infoLeft: number;
  touched: number;
  readonly #kind: number;
  readonly #repairs: number;

  constructor(order: number, transmission: Transmission, kind: number, info: Uint8Array | undefined, repairs: number, now: number) {
    this.order = order;
    this.transmission = transmission;
    this.info = info;
    this.infoPending = info !== undefined;
    this.infoLeft = repairs;
    this.#repairs = repairs;
    this.#kind = kind;
    this.touched = now;
  }

  get id(): number {
    return this.order & 0xffff;
  }

  get flags(): number {
    return this.#kind | (this.info === undefined ? 0 : FLAG.info);
  }

  /** Bytes that it takes. */
  abstract get bytes(): number;
  /** Whether something can be sent that was not sent yet. */
  abstract get hasMore(): boolean;
  /** Whether nothing more will come. */
  abstract get isWhole(): boolean;
  /** How many source symbols the block has, so far. */
  abstract sizeOf(block: number): number;
  /** Whether the block has all its source symbols. */
  abstract isComplete(block: number): boolean;
  abstract sourcesOf(block: number): Uint8Array[];

  symbol(block: number, id: number): Uint8Array {
    const sources = this.sourcesOf(block);
    if (id < sources.length) return sources[id]!;
    const parity = parityOf(this.transmission, sources, id - sources.length);
    return parity;
  }

  /** The block, once something of it has been sent. */
  blockAt(number: number): OutgoingBlock {
    let block = this.blocks.get(number);
    if (block !== undefined) return block;
    this.blocks.set(number, (block = new OutgoingBlock(this, number, this.transmission.sources * this.#repairs)));
    return block;
  }
}

/** What receivers have of an object's numbers: 24 bits. */
const MOST_BLOCKS = 1 << 24;

export class OutgoingObject extends Outgoing {
  readonly #content: Uint8Array;
  readonly #partition: Partition;

  constructor(order: number, object: NormObject, shape: Omit<Transmission, "size">, repairs: number, now: number) {
    const { bytes, file = false } = object;
    const info = object.info ?? (bytes.length === 0 ? new Uint8Array(0) : undefined);
    super(order, { ...shape, size: bytes.length }, file ? FLAG.file : 0, info, repairs, now);
    this.#content = bytes;
    this.#partition = partitionOf(this.transmission);
    if (this.#partition.blocks > MOST_BLOCKS) throw new RangeError(`Cannot send ${bytes.length} bytes in one object: make symbols larger`);
    if (info !== undefined && info.length > shape.symbolSize)
      throw new RangeError(`Cannot send ${info.length} bytes of information with an object: ${shape.symbolSize}, a symbol, is the most`);
  }

  get bytes(): number {
    return this.#content.length;
  }

  get hasMore(): boolean {
    return this.nextBlock < this.#partition.blocks;
  }

  get isWhole(): boolean {
    return true;
  }

  sizeOf(block: number): number {
    return sizeOfBlock(this.#partition, block);
  }

  isComplete(): boolean {
    return true;
  }

  sourcesOf(block: number): Uint8Array[] {
    const { symbolSize } = this.transmission;
    const start = startOfBlock(this.#partition, block);
    return Array.from({ length: this.sizeOf(block) }, (_, n) =>
      this.#content.subarray((start + n) * symbolSize, Math.min((start + n + 1) * symbolSize, this.#content.length)),
    );
  }
}

export class OutgoingStream extends Outgoing {
  readonly #sources = new Map<number, Uint8Array[]>();
  /** Bytes of the stream so far, modulo 2^32. */
  #offset = 0;
  /** What does not fill a symbol yet, and where in it the first message begins, counted from 1. */
  #tail: Uint8Array;
  #filled = 0;
  #messageAt = 0;
  #lastBlock: number;
  #ended = false;

  /** @param first the number of its first block */
  constructor(order: number, shape: Transmission, repairs: number, now: number, first = 0) {
    super(order, shape, FLAG.stream, undefined, repairs, now);
    this.#tail = new Uint8Array(STREAM_HEADER + shape.symbolSize);
    this.nextBlock = this.#lastBlock = first;
  }

  get bytes(): number {
    return this.#sources.size * this.transmission.sources * this.transmission.symbolSize;
  }

  get hasMore(): boolean {
    return (this.#sources.get(this.nextBlock)?.length ?? 0) > this.nextSymbol || this.#filled > 0;
  }

  get isWhole(): boolean {
    return this.#ended;
  }

  /** A message: its beginning is marked. */
  append(message: Uint8Array): void {
    for (let at = 0; at < message.length;) {
      if (at === 0 && this.#messageAt === 0) this.#messageAt = this.#filled + 1;
      const count = Math.min(message.length - at, this.transmission.symbolSize - this.#filled);
      this.#tail.set(message.subarray(at, at + count), STREAM_HEADER + this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === this.transmission.symbolSize) this.flush();
    }
  }

  /** What there is becomes a symbol, as short as it is. */
  flush(): void {
    if (this.#filled === 0) return;
    this.#push(this.#filled, this.#messageAt);
    this.#offset = (this.#offset + this.#filled) >>> 0;
    this.#tail = new Uint8Array(STREAM_HEADER + this.transmission.symbolSize);
    [this.#filled, this.#messageAt] = [0, 0];
  }

  /** Nothing more will come: a symbol without content says so (RFC 5740, section 4.2.1). */
  end(): void {
    this.flush();
    this.#push(0, 0);
    this.#ended = true;
  }

  /** Forgets blocks, to make room for others. */
  forget(block: number): void {
    this.#sources.delete(block);
    this.blocks.delete(block);
  }

  sizeOf(block: number): number {
    return this.#sources.get(block)?.length ?? 0;
  }

  isComplete(block: number): boolean {
    return this.sizeOf(block) === this.transmission.sources;
  }

  sourcesOf(block: number): Uint8Array[] {
    return this.#sources.get(block) ?? [];
  }

  #push(length: number, messageAt: number): void {
    const view = new DataView(this.#tail.buffer);
    view.setUint16(0, length);
    view.setUint16(2, messageAt);
    view.setUint32(4, this.#offset);
    let block = this.#sources.get(this.#lastBlock);
    if (block !== undefined && block.length === this.transmission.sources) block = this.#sources.get(++this.#lastBlock);
    if (block === undefined) this.#sources.set(this.#lastBlock, (block = []));
    block.push(this.#tail.subarray(0, STREAM_HEADER + length));
  }
}

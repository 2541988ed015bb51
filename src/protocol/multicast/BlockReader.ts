// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import { BLOCK_HEADER, MESSAGE_HEADER, type MulticastMessage, NO_START, type ReceivedBlock } from "./block.ts";

/** What is accepted. */
export interface BlockReaderOptions {
  /** Bytes that a message may have. Default 64 MiB. */
  readonly longest?: number;
  /** Senders whose unfinished messages are kept. Default 64. */
  readonly senders?: number;
}

/** Where messages could not be read. */
export interface BrokenMessage {
  readonly from: number;
  readonly block: number;
  readonly reason: string;
}

/**
 * Takes messages out of blocks that come in order, of each sender by itself. Where blocks are missing, or at the beginning, it goes on with the first message that begins
 * after that.
 *
 * @throws RangeError for sizes below 1
 * @example
 * const blocks = (await drive(BlockMaker(), { inbox: [Buffer.from("hello")] })).outbox;
 * const { outbox } = await drive(BlockReader(), { inbox: blocks.map((block) => ({ from: 1, ...block })) });
 * Buffer.from(outbox[0]!.message).toString(); // hello
 */
export function BlockReader({ longest = 64 << 20, senders = 64 }: BlockReaderOptions = {}): Component<
  { inbox: ReceivedBlock },
  { outbox: MulticastMessage; malformed: BrokenMessage }
> {
  if (!(longest >= 1 && senders >= 1))
    throw new RangeError(`Cannot read messages of ${longest} bytes from ${senders} senders: give 1 or more`);
  return component(BlockReader, {
    inboxes: { inbox: "blocks, those of each sender in order" },
    outboxes: { outbox: "messages, and whose they are", malformed: "what was no message, and why" },
    *main({ inbox }, { outbox, malformed }) {
      const streams = new Map<number, Stream>();
      const read = (block: ReceivedBlock): void => {
        const { from } = block;
        const stream = streams.get(from) ?? new Stream(longest);
        streams.delete(from);
        streams.set(from, stream); // the last one that spoke is the last one to be forgotten
        if (streams.size > senders) for (const [first] of streams) if (streams.size > senders) streams.delete(first);
        for (const found of stream.read(block)) {
          if (typeof found === "string") malformed.send({ from, block: block.number, reason: `Cannot read a message: ${found}` });
          else outbox.send({ from, message: found });
        }
      };
      while (yield inbox) for (const block of inbox) read(block);
    },
  });
}

/** The messages of one sender. */
class Stream {
  readonly #longest: number;
  /** The number of the block that continues what has begun; undefined: nothing has. */
  #expected: number | undefined;
  /** What has come of a message, with its length before it. */
  #pieces: Uint8Array[] = [];
  #size = 0;
  /** Bytes of the message, when that is known. */
  #length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The messages that end in this block; in words what is wrong. */
  *read({ number, symbols }: ReceivedBlock): Generator<Uint8Array | string> {
    const size = symbols.reduce((sum, symbol) => sum + symbol.length, 0);
    const header = size < BLOCK_HEADER ? undefined : viewOf(join(symbols, 0, BLOCK_HEADER));
    const [length, start] = [header?.getUint32(0) ?? 0, header?.getUint32(4) ?? 0];
    if (header === undefined || size < BLOCK_HEADER + length || (start !== NO_START && start >= length)) {
      this.#forget();
      yield `a block of ${size} bytes cannot have a content of ${length}, and messages from ${start} on`;
      return;
    }
    const goesOn = this.#expected === number;
    this.#expected = (number + 1) >>> 0;
    if (!goesOn) [this.#pieces, this.#size] = [[], 0];
    if (goesOn || start !== NO_START) yield* this.#messages(symbols, BLOCK_HEADER + (goesOn ? 0 : start), BLOCK_HEADER + length);
    else this.#expected = undefined;
  }

  /** Goes through the bytes of a block from one place to another. They stay where they are until a message is whole. */
  *#messages(symbols: readonly Uint8Array[], from: number, to: number): Generator<Uint8Array | string> {
    let begin = 0;
    for (const symbol of symbols) {
      const content = symbol.subarray(Math.min(symbol.length, Math.max(0, from - begin)), Math.max(0, to - begin));
      begin += symbol.length;
      for (let at = 0; at < content.length;) {
        const wanted = this.#wanted();
        const count = Math.min(wanted, content.length - at);
        if (count > 0) this.#pieces.push(content.subarray(at, at + count));
        this.#size += count;
        at += count;
        if (count < wanted) break;
        if (this.#size === MESSAGE_HEADER && !this.#begin()) {
          yield `it would have ${this.#length} bytes, and ${this.#longest} is the most`;
          return this.#forget();
        }
        if (this.#wanted() > 0) continue;
        yield join(this.#pieces, MESSAGE_HEADER);
        [this.#pieces, this.#size, this.#length] = [[], 0, 0];
      }
    }
  }

  /** The length is known. Answers whether it may be so much. */
  #begin(): boolean {
    this.#length = viewOf(join(this.#pieces)).getUint32(0);
    return this.#length <= this.#longest;
  }

  /** Bytes that are missing: of the length first, then of the message. */
  #wanted(): number {
    return this.#size < MESSAGE_HEADER ? MESSAGE_HEADER - this.#size : MESSAGE_HEADER + this.#length - this.#size;
  }

  #forget(): void {
    this.#expected = undefined;
    [this.#pieces, this.#size, this.#length] = [[], 0, 0];
  }
}

/** The bytes of these pieces one after the other, from one place to another; a copy only if that is in several of them. */
function join(pieces: readonly Uint8Array[], from = 0, to = Infinity): Uint8Array {
  const parts: Uint8Array[] = [];
  let [begin, size] = [0, 0];
  for (const piece of pieces) {
    if (begin >= to) break;
    const part = piece.subarray(Math.min(piece.length, Math.max(0, from - begin)), to - begin);
    begin += piece.length;
    size += part.length;
    if (part.length > 0) parts.push(part);
  }
  if (parts.length === 1) return parts[0]!;
  const joined = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

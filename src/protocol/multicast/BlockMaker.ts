// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import { type Block, BLOCK_HEADER, MESSAGE_HEADER, NO_START } from "./block.ts";

/** How large blocks are. */
export interface BlockMakerOptions {
  /** Symbols in a block, 1 to 254. The more, the less has to be sent where much is lost; the fewer, the sooner a lost packet is there. Default 64. */
  readonly sources?: number;
  /** Bytes of a symbol, 12 to 65000. With headers (44 bytes over IPv4) it should fit into what the network takes whole. Default 1400. */
  readonly symbolSize?: number;
  /** Milliseconds that a message waits at most for others to fill its block. Default 20. */
  readonly flush?: number;
}

/**
 * Puts messages one after the other into blocks of equal symbols. Long messages go over several blocks; a block that is not filled in time is sent as it is.
 *
 * @throws RangeError for sizes and times that there cannot be
 * @example
 * const [block] = (await drive(BlockMaker(), { inbox: [Buffer.from("hello")] })).outbox;
 * block!.symbols.length; // 1
 */
export function BlockMaker({ sources = 64, symbolSize = 1400, flush = 20 }: BlockMakerOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Block }
> {
  if (!(sources >= 1 && sources <= 254 && symbolSize >= 12 && symbolSize <= 65_000))
    throw new RangeError(`Cannot make blocks of ${sources} symbols of ${symbolSize} bytes: give 1 to 254, and 12 to 65000`);
  if (!(flush >= 0)) throw new RangeError(`Cannot wait ${flush} ms for a block to be filled: give 0 or more`);
  return component(BlockMaker, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "blocks of symbols" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      const filling = new Filling(sources, symbolSize, (block) => outbox.send(block));
      let due = Infinity;
      while (yield anyOf(inbox, sleep(Math.max(0, due - clock.now())))) {
        for (const message of inbox) {
          if (filling.isEmpty) due = clock.now() + flush;
          filling.add(message);
        }
        if (due <= clock.now() && inbox.length === 0) filling.close(); // messages that are there already fill it better
        if (filling.isEmpty) due = Infinity;
      }
      if (!self.toldToStop) filling.close();
    },
  });
}

/** The block that is being filled. */
class Filling {
  readonly #size: number;
  readonly #symbolSize: number;
  readonly #give: (block: Block) => void;
  #bytes = new Uint8Array(0);
  #number = 0;
  #end = BLOCK_HEADER;
  #start = NO_START;

  constructor(sources: number, symbolSize: number, give: (block: Block) => void) {
    this.#size = sources * symbolSize;
    this.#symbolSize = symbolSize;
    this.#give = give;
  }

  get isEmpty(): boolean {
    return this.#end === BLOCK_HEADER;
  }

  add(message: Uint8Array): void {
    if (this.#start === NO_START) this.#start = this.#end - BLOCK_HEADER;
    const header = new Uint8Array(MESSAGE_HEADER);
    new DataView(header.buffer).setUint32(0, message.length);
    this.#write(header);
    this.#write(message);
  }

  close(): void {
    if (this.isEmpty) return;
    const bytes = this.#bytes.subarray(0, this.#end);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, this.#end - BLOCK_HEADER);
    view.setUint32(4, this.#start);
    const count = Math.ceil(this.#end / this.#symbolSize);
    const symbols = Array.from({ length: count }, (_, n) => bytes.subarray(n * this.#symbolSize, (n + 1) * this.#symbolSize));
    this.#give({ number: this.#number, symbols });
    this.#number = (this.#number + 1) >>> 0;
    this.#bytes = new Uint8Array(0);
    this.#end = BLOCK_HEADER;
    this.#start = NO_START;
  }

  #write(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#size);
      const count = Math.min(bytes.length - from, this.#size - this.#end);
      this.#bytes.set(bytes.subarray(from, from + count), this.#end);
      this.#end += count;
      from += count;
      if (this.#end === this.#size) this.close();
    }
  }
}

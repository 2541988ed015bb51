// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { component, type Component } from "../../axon/index.ts";
import type { Malformed } from "../framing/index.ts";
import { CAPTURE, checksum, FLAG, PAGE_HEADER } from "./page.ts";

/** Which packets, and how large they may be. */
export interface OggDeframerOptions {
  /** Leave out the packets that describe an Opus stream (OpusHead, OpusTags: RFC 7845). Default true. */
  readonly skipHeaders?: boolean;
  /** Bytes of a packet at most; a larger one is malformed. Default 1048576. */
  readonly maxSize?: number;
}

/**
 * Finds the packets in an Ogg stream (RFC 3533), wherever its messages are cut: of the first logical stream, and of those that follow it, not of those beside it.
 * What is no page, has a wrong checksum, or of a packet whose other parts are missing, goes to "malformed".
 *
 * @throws RangeError for a size that is not above 0
 * @example
 * await Pipeline(SimpleReader("song.opus", { readMode: "bytes" }), OggDeframer(), OpusPacketiser(), RTPPacer({ clockRate: 48_000 }), RTPFramer(), NullSink()).run();
 */
export function OggDeframer({ skipHeaders = true, maxSize = 1_048_576 }: OggDeframerOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Uint8Array; malformed: Malformed }
> {
  if (!(maxSize > 0)) throw new RangeError(`Cannot read packets of ${maxSize} bytes: give more than 0`);
  return component(OggDeframer, {
    inboxes: { inbox: "an Ogg stream" },
    outboxes: { outbox: "packets", malformed: "what is none, and why" },
    *main({ inbox }, { outbox, malformed }, self) {
      const complain = (bytes: Uint8Array, fault: string): void =>
        malformed.send({ bytes, reason: `Cannot read a piece of an Ogg stream: ${fault}` });
      const pages = new PageFinder(complain);
      const packets = new PacketFinder(maxSize, complain);
      while (yield inbox) {
        for (const bytes of inbox) {
          for (const page of pages.push(bytes)) {
            for (const packet of packets.push(page)) if (!(skipHeaders && isHeader(packet))) outbox.send(packet);
          }
        }
      }
      if (!self.toldToStop) pages.flush();
    },
  });
}

type Complain = (bytes: Uint8Array, fault: string) => void;

/** Pages whose checksum is right. */
class PageFinder {
  #bytes = Buffer.alloc(0);
  readonly #complain: Complain;

  constructor(complain: Complain) {
    this.#complain = complain;
  }

  push(bytes: Uint8Array): Uint8Array[] {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const pages: Uint8Array[] = [];
    for (;;) {
      const start = this.#bytes.indexOf(CAPTURE);
      const none = start === -1 ? Math.max(0, this.#bytes.length - CAPTURE.length + 1) : start;
      if (none > 0) this.#drop(none, "there is no page");
      if (start === -1 || this.#bytes.length < PAGE_HEADER) return pages;
      const segments = this.#bytes[26]!;
      if (this.#bytes.length < PAGE_HEADER + segments) return pages;
      let size = PAGE_HEADER + segments;
      for (let n = 0; n < segments; n++) size += this.#bytes[PAGE_HEADER + n]!;
      if (this.#bytes.length < size) return pages;
      const page = this.#bytes.subarray(0, size);
      if (checksum(page) !== page.readUInt32LE(22)) {
        this.#drop(CAPTURE.length, "the checksum of a page is wrong");
        continue;
      }
      pages.push(page);
      this.#bytes = this.#bytes.subarray(size);
    }
  }

  flush(): void {
    if (this.#bytes.length > 0) this.#drop(this.#bytes.length, "the last page is cut off");
  }

  #drop(count: number, fault: string): void {
    this.#complain(this.#bytes.subarray(0, count), fault);
    this.#bytes = this.#bytes.subarray(count);
  }
}

/** Packets of one stream. */
class PacketFinder {
  readonly #maxSize: number;
  readonly #complain: Complain;
  #serial: number | undefined;
  /** Pages that begin streams stand together: behind another page of ours, one begins what follows ours. */
  #begun = false;
  #next = 0;
  #parts: Uint8Array[] = [];
  #size = 0;
  /** The beginning of the packet that goes on did not come, or it is too long. */
  #broken = false;

  constructor(maxSize: number, complain: Complain) {
    this.#maxSize = maxSize;
    this.#complain = complain;
  }

  push(page: Uint8Array): Uint8Array[] {
    const view = new DataView(page.buffer, page.byteOffset, page.length);
    const flags = page[5]!;
    const serial = view.getUint32(14, true);
    const number = view.getUint32(18, true);
    const first = (flags & FLAG.FIRST) !== 0;
    if (first && this.#begun) this.#serial = undefined;
    this.#serial ??= serial;
    if (serial !== this.#serial) return [];
    this.#begun = !first;
    if (this.#open && ((flags & FLAG.CONTINUED) === 0 || number !== this.#next)) this.#lose("its end is missing");
    this.#broken = (flags & FLAG.CONTINUED) !== 0 && !this.#open;
    this.#next = (number + 1) >>> 0;
    const packets = this.#split(page);
    if ((flags & FLAG.LAST) !== 0) this.#serial = undefined; // another one may follow
    return packets;
  }

  get #open(): boolean {
    return this.#parts.length > 0 || this.#broken;
  }

  #split(page: Uint8Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    const segments = page[26]!;
    let at = PAGE_HEADER + segments;
    for (let n = 0; n < segments; n++) {
      const size = page[PAGE_HEADER + n]!;
      this.#add(page.subarray(at, at + size));
      at += size;
      if (size === 255) continue;
      if (!this.#broken) packets.push(this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts));
      this.#parts = [];
      this.#size = 0;
      this.#broken = false;
    }
    return packets;
  }

  #add(part: Uint8Array): void {
    if (this.#broken) return;
    this.#parts.push(part);
    this.#size += part.length;
    if (this.#size <= this.#maxSize) return;
    this.#lose(`it has more than ${this.#maxSize} bytes`);
    this.#broken = true;
  }

  #lose(fault: string): void {
    if (this.#parts.length > 0) this.#complain(Buffer.concat(this.#parts), `a packet cannot be used: ${fault}`);
    this.#parts = [];
    this.#size = 0;
    this.#broken = false;
  }
}

function isHeader(packet: Uint8Array): boolean {
  const start = Buffer.from(packet.subarray(0, 8)).toString("latin1");
  return start === "OpusHead" || start === "OpusTags";
}

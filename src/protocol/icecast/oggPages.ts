// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { CAPTURE, FLAG, PAGE_HEADER } from "../ogg/page.ts";

/** A page of a stream. */
export interface OggPage {
  readonly page: Uint8Array;
  /** The pages that who begins with this one needs first; undefined if it is one of them. */
  readonly headers: Uint8Array | undefined;
}

/** Bytes of headers that are kept. */
const LONG = 1 << 20;
const MOST = PAGE_HEADER + 255 + 255 * 255;
/** Where the comments of Vorbis and Opus begin. */
const COMMENTS = [Buffer.from("\x03vorbis", "latin1"), Buffer.from("OpusTags")];

/** Cuts an Ogg stream (RFC 3533) into pages, and finds those that describe it: all up to the first that ends a packet of sound. */
export class OggPages {
  /** What is played, if the stream says so. */
  title: string | undefined;
  #bytes = Buffer.alloc(0);
  #headers: Uint8Array[] = [];
  #joined: Buffer | undefined;
  #size = 0;

  push(bytes: Uint8Array): OggPage[] {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const pages: OggPage[] = [];
    for (let page = this.#page(); page !== undefined; page = this.#page()) pages.push(this.#look(page));
    return pages;
  }

  #page(): Buffer | undefined {
    const start = this.#bytes.indexOf(CAPTURE);
    if (start !== 0) this.#bytes = this.#bytes.subarray(start > 0 ? start : Math.max(0, this.#bytes.length - CAPTURE.length + 1));
    if (start < 0 || this.#bytes.length < PAGE_HEADER) return undefined;
    const segments = this.#bytes[26]!;
    if (this.#bytes.length < PAGE_HEADER + segments) return undefined;
    let size = PAGE_HEADER + segments;
    for (let n = 0; n < segments; n++) size += this.#bytes[PAGE_HEADER + n]!;
    if (size > MOST || this.#bytes.length < size) return undefined;
    const page = Buffer.from(this.#bytes.subarray(0, size));
    this.#bytes = this.#bytes.subarray(size);
    return page;
  }

  #look(page: Buffer): OggPage {
    const isFirst = (page[5]! & FLAG.FIRST) !== 0;
    if (isFirst && this.#joined !== undefined) {
      this.#headers = [];
      this.#size = 0;
      this.#joined = undefined;
    }
    const granule = page.readBigInt64LE(6);
    if (this.#joined === undefined && granule <= 0n && this.#size < LONG) {
      this.#headers.push(page);
      this.#size += page.length;
      return { page, headers: undefined };
    }
    if (this.#joined === undefined) {
      this.#joined = Buffer.concat(this.#headers);
      this.title = titleOf(this.#joined) ?? this.title;
    }
    return { page, headers: this.#joined };
  }
}

/** "Artist - Title", as the comments say. Pages cut them at every 64 KiB: what lies beyond is not looked for. */
function titleOf(headers: Buffer): string | undefined {
  const marks = COMMENTS.map((mark) => [headers.indexOf(mark), mark.length] as const);
  const [at, length] = marks.find(([place]) => place >= 0) ?? [-1, 0];
  if (at < 0) return undefined;
  const fields = new Map<string, string>();
  try {
    let place = at + length;
    place += 4 + headers.readUInt32LE(place);
    const count = headers.readUInt32LE(place);
    place += 4;
    for (let n = 0; n < count && n < 100; n++) {
      const size = headers.readUInt32LE(place);
      const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(headers.toString("utf8", place + 4, place + 4 + size)) ?? [];
      fields.set(name.toLowerCase(), value);
      place += 4 + size;
    }
  } catch {
    // what could be read is enough
  }
  const parts = [fields.get("artist"), fields.get("title")].filter((part) => part !== undefined && part !== "");
  return parts.length === 0 ? undefined : parts.join(" - ");
}

// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import type { IcecastMetadata } from "./messages.ts";

/** A length byte counts sixteens. */
const UNIT = 16;
const LONGEST = 255 * UNIT;
/** A value ends where a quote and a semicolon stand before another key, or at the end: there may be both in a title. */
const FIELD = /(\w+)='(.*?)';(?=\w+='|[\0\s]*$)/gs;
/** The end is missing. */
const BROKEN = /(\w+)='(.*)$/s;

const utf8 = new TextDecoder("utf-8", { fatal: true });
const latin1 = new TextDecoder("latin1");

/** No news. */
export const NO_METADATA: Uint8Array = new Uint8Array(1);

/** Text that is UTF-8, or else Latin-1: stations do not say which. */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

/**
 * Reads a block of metadata, without its length byte: `StreamTitle='…';StreamUrl='…';`, filled up with NUL.
 *
 * @example
 * parseMetadata(Buffer.from("StreamTitle='Artist - Title; it's';\0\0")).StreamTitle; // Artist - Title; it's
 */
export function parseMetadata(block: Uint8Array): IcecastMetadata {
  const text = textOf(block).replace(/\0+$/, "");
  const metadata: Record<string, string> = Object.create(null);
  let end = 0;
  for (const match of text.matchAll(FIELD)) {
    metadata[match[1]!] = match[2]!;
    end = match.index + match[0].length;
  }
  const rest = BROKEN.exec(text.slice(end));
  if (rest !== null) metadata[rest[1]!] = rest[2]!.replace(/';?$/, "");
  return metadata;
}

/**
 * Writes a block of metadata, with its length byte, in UTF-8. What is too long for one (4080 bytes) is cut.
 *
 * @example
 * formatMetadata({ StreamTitle: "Air" }).length; // 33
 */
export function formatMetadata(metadata: IcecastMetadata): Uint8Array {
  const fields = Object.entries(metadata).map(([key, value]) => `${key}='${value.replaceAll(/\p{Cc}+/gu, " ")}';`);
  let bytes = Buffer.from(fields.join(""));
  if (bytes.length > LONGEST) bytes = Buffer.concat([bytes.subarray(0, wholeCharacters(bytes, LONGEST - 2)), Buffer.from("';")]);
  const units = Math.ceil(bytes.length / UNIT);
  const block = new Uint8Array(1 + units * UNIT);
  block[0] = units;
  block.set(bytes, 1);
  return block;
}

/** How many bytes, of these at most, are whole characters. */
function wholeCharacters(bytes: Uint8Array, most: number): number {
  let at = most;
  while (at > 0 && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}

/** Takes sound and metadata apart: after every so many bytes of sound stands a length byte, and sixteen times as many of metadata. */
export class MetadataSplitter {
  readonly #interval: number;
  /** Bytes of sound, or of metadata, that are still to come. */
  #left: number;
  #block: Uint8Array | undefined;

  /** @param interval Infinity: there is no metadata */
  constructor(interval: number) {
    this.#interval = interval;
    this.#left = interval;
  }

  /** Tells of the sound, and of the metadata that is in these bytes. */
  push(bytes: Uint8Array, sound: (bytes: Uint8Array) => void, metadata: (block: Uint8Array) => void): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#block !== undefined) {
        const piece = bytes.subarray(at, at + this.#left);
        this.#block.set(piece, this.#block.length - this.#left);
        this.#left -= piece.length;
        at += piece.length;
        if (this.#left > 0) return;
        metadata(this.#block);
        this.#sound();
      } else if (this.#left === 0) {
        const size = bytes[at++]! * UNIT;
        if (size === 0) this.#sound();
        else [this.#block, this.#left] = [new Uint8Array(size), size];
      } else {
        const piece = bytes.subarray(at, at + this.#left);
        this.#left -= piece.length;
        at += piece.length;
        sound(piece);
      }
    }
  }

  #sound(): void {
    this.#block = undefined;
    this.#left = this.#interval;
  }
}

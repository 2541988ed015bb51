// SPDX-License-Identifier: Apache-2.0
import { Buffer, isUtf8 } from "node:buffer";

const NOTHING = Buffer.alloc(0);
/** The second bytes that may follow these first ones; all others are followed by 0x80 to 0xbf. */
const SECOND: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);

/** Text of UTF-8 that comes in pieces: says with each whether all this can still be text. @internal */
export class UTF8Pieces {
  /** The beginning of a character whose rest has not come. */
  #rest: Buffer = NOTHING;

  /** Whether no character is begun and not ended. */
  get isWhole(): boolean {
    return this.#rest.length === 0;
  }

  /** The characters that are whole now; undefined if this cannot be text, whatever follows. */
  take(bytes: Buffer): Buffer | undefined {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = all.length - begun(all);
    const whole = all.subarray(0, end);
    if (!isUtf8(whole) || !canBegin(all, end)) return undefined;
    this.#rest = end === all.length ? NOTHING : Buffer.from(all.subarray(end));
    return whole;
  }
}

/** How many bytes at the end are the beginning of a character that is not whole. */
function begun(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Whether what is at the end can become a character. */
function canBegin(bytes: Buffer, start: number): boolean {
  if (start === bytes.length) return true;
  const first = bytes[start]!;
  if (first < 0xc2 || first > 0xf4) return false;
  const second = bytes[start + 1];
  const [from, to] = SECOND.get(first) ?? [0x80, 0xbf];
  return second === undefined || (second >= from && second <= to);
}

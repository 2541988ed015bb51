// SPDX-License-Identifier: Apache-2.0
import type { Inbox, Wait } from "../axon/index.ts";

/** Something that is read while the component waits for more of it: `yield*` gives it. */
export type Reading<T> = Generator<Wait, T, boolean>;

/** A buffer starts with no more than this, whatever a header promises: it grows with what really comes. */
const FIRST = 65_536;
const NEWLINE = 0x0a;

/**
 * Reads a stream of bytes as if it were all there, however it is cut into messages. What it gives is undefined when the stream ends before, or when the
 * component is told to stop.
 */
export class ByteReader {
  /** Bytes read so far: where in the stream the next one is. */
  position = 0;
  readonly #inbox: Inbox<Uint8Array>;
  /** What is left of the message that is being read. */
  #piece: Uint8Array = new Uint8Array(0);

  constructor(inbox: Inbox<Uint8Array>) {
    this.#inbox = inbox;
  }

  /** So many bytes, in memory of their own. */
  *exactly(count: number): Reading<Uint8Array<ArrayBuffer> | undefined> {
    let bytes = new Uint8Array(Math.min(count, FIRST));
    for (let filled = 0; filled < count;) {
      const some = yield* this.some(count - filled);
      if (some === undefined) return undefined;
      if (filled + some.length > bytes.length) bytes = grown(bytes, Math.min(count, Math.max(filled + some.length, 2 * bytes.length)));
      bytes.set(some, filled);
      filled += some.length;
    }
    return bytes;
  }

  /** What has come, at least one byte and at most so many; a part of the message, not a copy. */
  *some(most: number): Reading<Uint8Array | undefined> {
    if (!(yield* this.#more())) return undefined;
    const some = this.#piece.subarray(0, most);
    this.#advance(some.length);
    return some;
  }

  /** Leaves out so many bytes; false if the stream ends before. */
  *skip(count: number): Reading<boolean> {
    for (let left = count; left > 0;) {
      const some = yield* this.some(left);
      if (some === undefined) return false;
      left -= some.length;
    }
    return true;
  }

  /** A line without its end, as Latin 1. One that is longer comes without what follows the limit, and `position` is not after it. */
  *line(most: number): Reading<string | undefined> {
    let line = "";
    while (line.length <= most) {
      if (!(yield* this.#more())) return undefined;
      const end = this.#piece.indexOf(NEWLINE);
      const some = this.#piece.subarray(0, Math.min(end < 0 ? this.#piece.length : end, most + 1 - line.length));
      line += Buffer.from(some.buffer, some.byteOffset, some.length).toString("latin1");
      this.#advance(some.length);
      if (this.#piece[0] !== NEWLINE) continue;
      this.#advance(1);
      break;
    }
    return line;
  }

  /** Whether the stream has ended, with nothing left to read. Waits for the next byte to know. */
  *atEnd(): Reading<boolean> {
    return !(yield* this.#more());
  }

  *#more(): Reading<boolean> {
    while (this.#piece.length === 0) {
      if (!(yield this.#inbox)) return false;
      this.#piece = this.#inbox.recv();
    }
    return true;
  }

  #advance(count: number): void {
    this.position += count;
    this.#piece = this.#piece.subarray(count);
  }
}

/** @throws RangeError for a limit that is not above 0 */
export function checkLimits(what: string, limits: Readonly<Record<string, number>>): void {
  for (const [name, limit] of Object.entries(limits))
    if (!(limit > 0)) throw new RangeError(`Cannot ${what}: ${name} is ${limit}; give a number above 0, or Infinity`);
}

function grown(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}

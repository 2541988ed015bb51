// SPDX-License-Identifier: Apache-2.0

/** What becomes of a line that is too long: the component fails, the line is sent in pieces, or it is left out. */
export type Overlong = "fail" | "cut" | "skip";

const LINE_FEED = 10;
/** A buffer that has grown beyond this is given back when its line is complete. */
const KEPT = 1 << 16;
const EMPTY = new Uint8Array(0);
/** It is given whole lines and whole characters, so it need not remember anything: then it is fastest. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Makes lines of text, or of bytes in UTF-8, that come in pieces, cut anywhere. Of bytes, whole lines are decoded together; no character stands across
 * the end of a line, so none is torn. What is not yet a line is copied, so that a short rest does not keep a large message alive.
 *
 * Lines are looked for when they are asked for. It is no generator, because that would cost a fifth more.
 *
 * @internal
 */
export class Lines {
  readonly #maxLength: number;
  readonly #overlong: Overlong;
  /** To be given before anything else. */
  readonly #ready: string[] = [];
  /** How many of these are given. */
  #given = 0;
  /** Whole lines, each after a line feed, and where the next one begins. */
  #lines = "";
  #start = 1;
  #isPlain = true;
  /** What came after the last of them. */
  #tail: string | Uint8Array = EMPTY;
  /** The line that has begun: text, then bytes that are not decoded yet. */
  #text = "";
  #bytes = EMPTY;
  #length = 0;
  /** The rest of the line that has begun is left out. */
  #skipping = false;

  constructor(maxLength: number, overlong: Overlong) {
    this.#maxLength = maxLength;
    this.#overlong = overlong;
  }

  /** Takes the next piece. Before that, ask for all lines of the one before. */
  take(piece: string | Uint8Array): void {
    if (typeof piece === "string") this.#takeText(piece);
    else if (piece instanceof Uint8Array) this.#takeBytes(piece);
    else throw new TypeError(`Cannot split ${String(piece)} into lines: send text or bytes`); // from JavaScript, where nobody checks types
  }

  /** Nothing more comes: what is left is a line, though it has no end. */
  end(): void {
    const text = this.#finish("");
    if (text !== "" && !this.#skipping) this.#give(text);
  }

  /**
   * The next line; undefined when there is none until more comes.
   *
   * @throws RangeError when it is too long, and that is not allowed
   */
  next(): string | undefined {
    for (;;) {
      if (this.#ready.length > 0) return this.#nextReady();
      const lines = this.#lines;
      const start = this.#start;
      if (start <= lines.length) {
        const found = lines.indexOf("\n", start);
        const end = found < 0 ? lines.length : found;
        this.#start = end + 1;
        const line = lines.slice(start, end);
        if (this.#isPlain) return line;
        this.#give(withoutReturn(line));
      } else if (this.#tail.length > 0) this.#beginNext();
      else return undefined;
    }
  }

  #nextReady(): string {
    const line = this.#ready[this.#given++]!;
    if (this.#given === this.#ready.length) this.#ready.length = this.#given = 0;
    return line;
  }

  #takeText(piece: string): void {
    const last = piece.lastIndexOf("\n");
    if (last < 0) return this.#begin(piece);
    const first = piece.indexOf("\n");
    this.#complete(this.#finish(piece.slice(0, first)), piece.slice(first, last), piece.slice(last + 1));
  }

  #takeBytes(piece: Uint8Array): void {
    const last = piece.lastIndexOf(LINE_FEED);
    if (last < 0) return this.#begin(piece);
    const first = piece.indexOf(LINE_FEED);
    const head = piece.subarray(0, first);
    let line: string;
    if (this.#length === 0) line = this.#finish(decoder.decode(head));
    else {
      this.#append(head);
      line = this.#finish("");
    }
    this.#complete(line, first === last ? "" : decoder.decode(piece.subarray(first, last)), piece.subarray(last + 1));
  }

  /** The line that had begun, with its end; others, each after a line feed; and the beginning of the next one. */
  #complete(line: string, others: string, tail: string | Uint8Array): void {
    this.#lines = others;
    this.#start = 1;
    this.#isPlain = others.length <= this.#maxLength && !others.includes("\r");
    this.#tail = tail;
    if (!this.#skipping) this.#give(withoutReturn(line));
    this.#skipping = false;
  }

  /** All lines have been looked for. */
  #beginNext(): void {
    const tail = this.#tail;
    this.#tail = EMPTY;
    this.#lines = "";
    this.#begin(tail);
  }

  /** Keeps what is no line yet. If it is too long, something has to be given already. */
  #begin(piece: string | Uint8Array): void {
    if (this.#skipping || piece.length === 0) return;
    if (typeof piece === "string") this.#text = this.#finish(piece);
    else this.#append(piece);
    if (this.#text.length + this.#length > this.#maxLength) this.#shorten();
  }

  /** The line that has begun, to its end, of which this is the last part. */
  #finish(last: string): string {
    const text = this.#length === 0 ? this.#text : this.#text + decoder.decode(this.#bytes.subarray(0, this.#length));
    this.#text = "";
    this.#length = 0;
    if (this.#bytes.length > KEPT) this.#bytes = EMPTY;
    return text + last;
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length, 256));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
  }

  /** There may be too much of a line: counts characters, and does what is to be done. */
  #shorten(): void {
    const whole = this.#length - unfinished(this.#bytes.subarray(0, this.#length));
    this.#text += decoder.decode(this.#bytes.subarray(0, whole));
    this.#bytes.copyWithin(0, whole, this.#length);
    this.#length -= whole;
    const text = withoutReturn(this.#text); // it may be half of the line's end
    if (text.length <= this.#maxLength) return;
    this.#give(text);
    this.#text = (this.#ready.pop() ?? "") + this.#text.slice(text.length);
    this.#skipping = this.#overlong === "skip";
    if (this.#skipping) this.#finish("");
  }

  /** Gives a line next; if it is too long, what is to be given instead. */
  #give(line: string): void {
    const max = this.#maxLength;
    if (line.length <= max) this.#ready.push(line);
    else if (this.#overlong === "cut") for (const piece of cut(line, max)) this.#ready.push(piece);
    else if (this.#overlong === "fail")
      throw new RangeError(
        `Cannot split lines: one is longer than ${max} characters; give a greater maxLength, or overlong: "cut" or "skip"`,
      );
  }
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** Cuts a line into pieces, but not between the two halves of one character. */
function* cut(line: string, max: number): Generator<string> {
  for (let start = 0; start < line.length;) {
    let end = start + max;
    if (max > 1 && end < line.length && isLow(line.charCodeAt(end)) && !isLow(line.charCodeAt(end - 1))) end--;
    yield line.slice(start, end);
    start = end;
  }
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** How many bytes at the end are the beginning of a character whose rest has not come. */
function unfinished(bytes: Uint8Array): number {
  for (let count = 1; count <= Math.min(3, bytes.length); count++) {
    const byte = bytes[bytes.length - count]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return count < (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4) ? count : 0;
  }
  return 0;
}

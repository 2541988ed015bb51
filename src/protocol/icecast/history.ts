// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import type { IcecastMetadata } from "./messages.ts";
import { beforeFrame, filler } from "./frames.ts";
import { formatMetadata, NO_METADATA } from "./metadata.ts";

/** A piece of a stream. All who listen get the same bytes. */
export interface Piece {
  /** How many bytes of sound came before it. */
  readonly start: number;
  readonly sound: Uint8Array;
  /** The sound, and what follows it for those who want metadata. */
  readonly icy: Uint8Array;
  /** Metadata follows: a whole number of intervals has gone by. */
  readonly isEnd: boolean;
  /** What is played here, for those who have not heard of it. */
  readonly title: Uint8Array;
  /** What has to come first for those who begin here. */
  readonly prelude: Uint8Array | undefined;
}

/** How much is remembered. */
export interface HistoryOptions {
  /** Bytes of sound between two blocks of metadata; 0: there are none. */
  readonly interval: number;
  /** Bytes that are remembered: who is further behind has lost the stream. */
  readonly queueSize: number;
  /** It is made of frames of MPEG audio or ADTS, and who begins is to begin with a whole one. Default false. */
  readonly isFramed?: boolean;
}

/** The longest frames of MPEG audio have 1,441 bytes. */
const ENOUGH = 16_384;

/** The last pieces of a stream, numbered, with metadata between them. */
export class History {
  readonly interval: number;
  readonly isFramed: boolean;
  /** Bytes of sound that have ever come. */
  end = 0;
  readonly #queueSize: number;
  #pieces: (Piece | undefined)[] = [];
  /** How many pieces were forgotten, and where the first one that was not is in the list. */
  #forgotten = 0;
  #head = 0;
  #kept = 0;
  #title: Uint8Array = NO_METADATA;
  #hasNews = false;
  #prelude: Uint8Array | undefined;

  constructor({ interval, queueSize, isFramed = false }: HistoryOptions) {
    this.isFramed = isFramed;
    this.interval = interval;
    this.#queueSize = queueSize;
  }

  /** The number of the first piece that is remembered, and of the one that comes next. */
  get first(): number {
    return this.#forgotten;
  }
  get next(): number {
    return this.#forgotten + this.#pieces.length - this.#head;
  }

  piece(number: number): Piece | undefined {
    return number < this.#forgotten ? undefined : this.#pieces[number - this.#forgotten + this.#head];
  }

  /** Something else is played from here on. */
  setTitle(metadata: IcecastMetadata): void {
    this.#title = formatMetadata(metadata);
    this.#hasNews = true;
  }

  /** What has to come first for those who begin now. */
  get prelude(): Uint8Array | undefined {
    return this.#prelude;
  }

  /** Who begins from here on needs these bytes first. */
  setPrelude(prelude: Uint8Array | undefined): void {
    this.#prelude = prelude;
  }

  /** Adds sound. It is cut where metadata stands. */
  push(bytes: Uint8Array): void {
    const { interval } = this;
    for (let at = 0; at < bytes.length;) {
      const room = interval === 0 ? bytes.length : interval - (this.end % interval);
      const sound = bytes.subarray(at, at + room);
      this.#add(sound, interval > 0 && sound.length === room);
      at += sound.length;
    }
    while (this.#kept > this.#queueSize && this.#head < this.#pieces.length - 1) this.#forget();
  }

  #add(sound: Uint8Array, isEnd: boolean): void {
    let icy = sound;
    if (isEnd) {
      icy = Buffer.concat([sound, this.#hasNews ? this.#title : NO_METADATA]);
      this.#hasNews = false;
    }
    this.#pieces.push({ start: this.end, sound, icy, isEnd, title: this.#title, prelude: this.#prelude });
    this.end += sound.length;
    this.#kept += sound.length;
  }

  #forget(): void {
    this.#kept -= this.#pieces[this.#head]!.sound.length;
    this.#pieces[this.#head++] = undefined;
    this.#forgotten++;
    if (this.#head < 64 || this.#head * 2 < this.#pieces.length) return;
    this.#pieces = this.#pieces.slice(this.#head);
    this.#head = 0;
  }

  /** Some bytes of sound from here on: enough to find frames in them. */
  some(number: number, skip: number): Uint8Array {
    const sound: Uint8Array[] = [];
    for (let left = ENOUGH + skip; left > 0; left -= sound.at(-1)!.length) {
      const piece = this.piece(number++);
      if (piece === undefined) break;
      sound.push(piece.sound);
    }
    return Buffer.concat(sound).subarray(skip);
  }

  /** The piece from which on there are at least so many bytes, if there are: where one begins who wants them. */
  back(bytes: number): number {
    let number = this.next;
    for (let sum = 0; number > this.first && sum < bytes; number--) sum += this.piece(number - 1)!.sound.length;
    return number;
  }
}

/** Where somebody is in a stream who wants metadata, or not. */
export class Cursor {
  #history: History;
  readonly #wantsMetadata: boolean;
  /** The next piece. */
  #number = 0;
  /** Bytes of sound from there on that are not for this one. */
  #skip = 0;
  /** Has not heard what is played. */
  #isNew = true;
  #prelude = true;
  /** What comes in the place of the first bytes: they are the rest of a frame. */
  #filler: Uint8Array | undefined;

  /** @param burst bytes of what has been that come first, if they are there */
  constructor(history: History, wantsMetadata: boolean, burst: number) {
    this.#history = history;
    this.#wantsMetadata = wantsMetadata && history.interval > 0;
    this.#enter(history, burst, history.prelude === undefined ? 0 : history.interval - history.prelude.length); // it counts as sound
  }

  /** Whether so much has come since that what comes next has been forgotten. */
  get isLost(): boolean {
    return this.#number < this.#history.first;
  }

  get wantsMetadata(): boolean {
    return this.#wantsMetadata;
  }

  /** Goes on with another stream: metadata comes when it was to come. */
  moveTo(history: History): void {
    const { interval, end } = this.#history;
    this.#enter(history, 0, this.#wantsMetadata ? interval - (end % interval) : 0);
    this.#prelude = interval === 0; // pages of Ogg need it; samples go on without
  }

  /** What comes next; undefined: nothing yet, or never again. */
  next(): Uint8Array | undefined {
    for (;;) {
      const piece = this.#history.piece(this.#number);
      if (piece === undefined) return undefined;
      this.#number++;
      const { length } = piece.sound;
      if (this.#skip > 0 && this.#skip >= length) {
        this.#skip -= length;
        continue;
      }
      const bytes = this.#filled(this.#of(piece), length - this.#skip);
      this.#skip = 0;
      if (!this.#prelude) return bytes;
      this.#prelude = false;
      return piece.prelude === undefined ? bytes : Buffer.concat([piece.prelude, bytes]);
    }
  }

  /** Nobody begins with the rest of a frame; but what was counted has been counted. */
  #filled(bytes: Uint8Array, length: number): Uint8Array {
    const filling = this.#filler;
    if (filling === undefined) return bytes;
    const size = Math.min(filling.length, length);
    this.#filler = size < filling.length ? filling.subarray(size) : undefined;
    return Buffer.concat([filling.subarray(0, size), bytes.subarray(size)]);
  }

  #of({ sound, icy, isEnd, title }: Piece): Uint8Array {
    const skip = this.#skip;
    if (!this.#wantsMetadata) return skip === 0 ? sound : sound.subarray(skip);
    if (!isEnd || !this.#isNew) return skip === 0 ? icy : icy.subarray(skip);
    this.#isNew = false;
    return Buffer.concat([sound.subarray(skip), title]);
  }

  /** @param rest bytes of sound before the next metadata */
  #enter(history: History, burst: number, rest: number): void {
    this.#history = history;
    this.#isNew = true;
    this.#prelude = true;
    this.#number = history.back(burst);
    this.#skip = 0;
    this.#filler = undefined;
    if (this.#wantsMetadata) this.#align(history, rest);
    if (!history.isFramed) return;
    const partial = beforeFrame(history.some(this.#number, this.#skip));
    if (!this.#wantsMetadata) this.#skip += partial;
    else if (partial > 0) this.#filler = filler(partial);
  }

  /** Begins where metadata comes after so many bytes of sound as a whole number of intervals, less what comes first. */
  #align(history: History, rest: number): void {
    const oldest = history.piece(history.first)?.start ?? history.end;
    const from = history.piece(this.#number)?.start ?? history.end;
    const { interval } = history;
    let at = Math.ceil((from + rest) / interval) * interval - rest;
    if (at > history.end && at - interval >= oldest) at -= interval;
    while (this.#number > history.first && this.#start(this.#number) > at) this.#number--;
    this.#skip = at - this.#start(this.#number);
  }

  #start(number: number): number {
    return this.#history.piece(number)?.start ?? this.#history.end;
  }
}

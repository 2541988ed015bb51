// SPDX-License-Identifier: Apache-2.0
import { Buffer, isUtf8 } from "node:buffer";
import { BINARY, CLOSE, COMPRESSED, CONTINUATION, FINAL, FrameError, isCloseCode, PING, PONG, TEXT, unmask } from "./frames.ts";
import type { WebSocketClosed, WebSocketMessage, WebSocketPiece } from "./messages.ts";
import { UTF8Pieces } from "./utf8.ts";

/** What came. @internal */
export type Received =
  | { readonly type: "message"; readonly message: WebSocketMessage | WebSocketPiece }
  | { readonly type: "ping" | "pong"; readonly payload: Uint8Array }
  | ({ readonly type: "close" } & WebSocketClosed);

/** How to read. @internal */
export interface ReaderOptions {
  /** Bytes of a message. */
  readonly maxMessage: number;
  /** Whether the frames must be masked: those of clients are; those of servers must not be. */
  readonly masked: boolean;
  /** Give messages in pieces, as they come. */
  readonly pieces: boolean;
  /** Undoes the compression of a message, which must not become longer than this. Default: nothing may be compressed. */
  readonly inflate?: ((bytes: Buffer, most: number) => Buffer) | undefined;
}

const NOTHING = Buffer.alloc(0);
const [NO_TEXT, TOO_LONG] = ["text is not UTF-8", "a message is too long"];

/** Frames in, whole messages out; or pieces of them. What cannot be right is refused as soon as that is known. @internal */
export class FrameReader {
  readonly #options: ReaderOptions;
  /** What has not been looked at. */
  #bytes: Buffer = NOTHING;
  // The frame that is being read: its first byte (-1: none is), how much of its payload is still to come, and how much has.
  #first = -1;
  #left = 0;
  #seen = 0;
  #mask = 0;
  // The message that is being read: its kind (0: none is), and what has come of it.
  #kind = 0;
  #compressed = false;
  #size = 0;
  #store: Buffer = NOTHING;
  #text: UTF8Pieces | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  push(bytes: Uint8Array): void {
    const more = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#bytes = this.#bytes.length === 0 ? more : Buffer.concat([this.#bytes, more]);
  }

  /** The next message, piece of a message, or control frame. @throws FrameError */
  pull(): Received | undefined {
    for (;;) {
      if (this.#first < 0 && !this.#begin()) return undefined;
      if (this.#left > 0 && this.#bytes.length === 0) return undefined;
      const payload = this.#take();
      const first = this.#first;
      const ends = this.#left === 0;
      if (ends) this.#first = -1;
      const received = (first & 15) >= CLOSE ? control(first & 15, payload) : this.#data(payload, ends && (first & FINAL) !== 0);
      if (received !== undefined) return received;
    }
  }

  /** Reads the head of a frame, once it is here. */
  #begin(): boolean {
    const bytes = this.#bytes;
    if (bytes.length < 2) return false;
    const [first = 0, second = 0] = bytes;
    this.#check(first, second);
    const short = second & 127;
    const start = 2 + (short < 126 ? 0 : short === 126 ? 2 : 8) + (second & 128 ? 4 : 0);
    const isControl = (first & 15) >= CLOSE;
    if (bytes.length < start || (isControl && bytes.length < start + short)) return false;
    const length = lengthOf(bytes, short);
    if (!isControl) {
      if (length + this.#size > this.#options.maxMessage) throw new FrameError(1009, TOO_LONG);
      if ((first & 15) !== CONTINUATION) {
        this.#kind = first & 15;
        this.#compressed = (first & COMPRESSED) !== 0;
      }
    }
    this.#mask = second & 128 ? bytes.readUInt32BE(start - 4) : 0;
    this.#first = first;
    this.#left = length;
    this.#seen = 0;
    this.#bytes = bytes.subarray(start);
    return true;
  }

  #check(first: number, second: number): void {
    const opcode = first & 15;
    const { masked, inflate } = this.#options;
    const mayBeCompressed = inflate !== undefined && (opcode === TEXT || opcode === BINARY);
    if ((first & (mayBeCompressed ? 0x30 : 0x70)) !== 0) throw new FrameError(1002, "reserved bits are set");
    if ((opcode > BINARY && opcode < CLOSE) || opcode > PONG) throw new FrameError(1002, `there is no frame of kind ${opcode}`);
    if (second >= 128 !== masked) throw new FrameError(1002, masked ? "a frame is not masked" : "a frame is masked");
    if (opcode >= CLOSE && (first < FINAL || (second & 127) > 125)) throw new FrameError(1002, "a control frame is too long, or in pieces");
    if (opcode < CLOSE && (opcode === CONTINUATION) === (this.#kind === 0)) throw new FrameError(1002, "a piece is in the wrong place");
  }

  /** What is here of the payload of this frame. */
  #take(): Buffer {
    const length = Math.min(this.#left, this.#bytes.length);
    const payload = this.#bytes.subarray(0, length);
    if (this.#mask !== 0) unmask(payload, this.#mask, this.#seen);
    this.#bytes = length === this.#bytes.length ? NOTHING : this.#bytes.subarray(length);
    this.#seen += length;
    this.#left -= length;
    return payload;
  }

  #data(payload: Buffer, last: boolean): Received | undefined {
    if (this.#compressed) return this.#inflated(payload, last);
    const isText = this.#kind === TEXT;
    const isAll = last && this.#size === 0;
    this.#size += payload.length;
    if (isAll) {
      if (isText && !isUtf8(payload)) throw new FrameError(1007, NO_TEXT);
      return this.#message(payload);
    }
    const whole = isText ? this.#checked(payload, last) : payload;
    if (this.#options.pieces) return this.#piece(whole, last);
    this.#keep(payload);
    return last ? this.#message(this.#store.subarray(0, this.#size)) : undefined;
  }

  /** The characters that are whole. */
  #checked(payload: Buffer, last: boolean): Buffer {
    const text = (this.#text ??= new UTF8Pieces());
    const whole = text.take(payload);
    if (whole === undefined || (last && !text.isWhole)) throw new FrameError(1007, NO_TEXT);
    return whole;
  }

  #inflated(payload: Buffer, last: boolean): Received | undefined {
    this.#size += payload.length;
    this.#keep(payload);
    if (!last) return undefined;
    const whole = this.#options.inflate!(this.#store.subarray(0, this.#size), this.#options.maxMessage);
    if (this.#kind === TEXT && !isUtf8(whole)) throw new FrameError(1007, NO_TEXT);
    return this.#message(whole);
  }

  /** Copies a piece behind those before it: a list would need more for each than a piece may have bytes. */
  #keep(payload: Buffer): void {
    if (this.#store.length < this.#size) {
      const { maxMessage } = this.#options;
      const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(this.#size, this.#store.length * 2, 256), Math.max(maxMessage, this.#size)));
      this.#store.copy(larger);
      this.#store = larger;
    }
    this.#store.set(payload, this.#size - payload.length);
  }

  #piece(data: Buffer, last: boolean): Received | undefined {
    if (data.length === 0 && !last) return undefined;
    const message = { data: this.#kind === TEXT ? data.toString() : data, more: !last };
    if (last) this.#forget();
    return { type: "message", message };
  }

  #message(whole: Buffer): Received {
    const data = this.#kind === TEXT ? whole.toString() : whole;
    this.#forget();
    return { type: "message", message: this.#options.pieces ? { data, more: false } : data };
  }

  #forget(): void {
    this.#kind = 0;
    this.#size = 0;
    this.#compressed = false;
    this.#store = NOTHING;
    this.#text = undefined;
  }
}

function lengthOf(bytes: Buffer, short: number): number {
  if (short < 126) return short;
  const length = short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length < (short === 126 ? 126 : 65_536) || !Number.isSafeInteger(length))
    throw new FrameError(1002, "a length is not written as it must be");
  return length;
}

function control(opcode: number, payload: Buffer): Received {
  if (opcode === PING) return { type: "ping", payload };
  if (opcode === PONG) return { type: "pong", payload };
  if (payload.length === 0) return { type: "close", code: 1005, reason: "" };
  const code = payload.length === 1 ? 0 : payload.readUInt16BE(0);
  if (!isCloseCode(code)) throw new FrameError(1002, `there is no close code ${code}`);
  const reason = payload.subarray(2);
  if (!isUtf8(reason)) throw new FrameError(1007, NO_TEXT);
  return { type: "close", code, reason: reason.toString() };
}

// SPDX-License-Identifier: Apache-2.0
import { Buffer, isUtf8 } from "node:buffer";

/** What frames are, RFC 6455 5.2. */
const [CONTINUATION, TEXT, BINARY, CLOSE, PING] = [0, 1, 2, 8, 9] as const;
export const PONG = 10;

/** What a WebSocket carries: text or bytes. */
export type WebSocketMessage = string | Uint8Array;

/** What came. A close says its code; 1005 where there was none. */
export type Received =
  | { readonly type: "message"; readonly message: WebSocketMessage }
  | { readonly type: "ping" | "pong"; readonly payload: Uint8Array }
  | { readonly type: "close"; readonly code: number; readonly reason: string };

/** The other side does what it must not: the connection is to be closed, and this says why. */
export class FrameError extends Error {
  readonly code: number;
  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** The head of a frame. */
interface Head {
  readonly opcode: number;
  readonly final: boolean;
  readonly length: number;
  /** Where the mask is, and where the payload begins. */
  readonly mask: number;
  readonly start: number;
}

/** Reads what clients send: frames in, whole messages out. @internal */
export class FrameReader {
  readonly #maxMessage: number;
  #bytes: Buffer = Buffer.alloc(0);
  /** The pieces of a message that came in several frames, and of which kind it is. */
  #pieces: Uint8Array[] = [];
  #size = 0;
  #kind = 0;

  constructor(maxMessage: number) {
    this.#maxMessage = maxMessage;
  }

  push(bytes: Uint8Array): void {
    const more = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#bytes = this.#bytes.length === 0 ? more : Buffer.concat([this.#bytes, more]);
  }

  /** The next message or control frame. @throws FrameError */
  pull(): Received | undefined {
    for (;;) {
      const head = this.#head();
      if (head === undefined || this.#bytes.length < head.start + head.length) return undefined;
      const { start, length, opcode, final } = head;
      const payload = this.#bytes.subarray(start, start + length);
      unmask(payload, this.#bytes.readUInt32BE(head.mask));
      this.#bytes = this.#bytes.subarray(start + length);
      const received = opcode >= CLOSE ? control(opcode, payload) : this.#data(opcode, final, payload);
      if (received !== undefined) return received;
    }
  }

  #head(): Head | undefined {
    const bytes = this.#bytes;
    if (bytes.length < 2) return undefined;
    const [first = 0, second = 0] = bytes;
    const [opcode, final, short] = [first & 15, first > 127, second & 127];
    if ((first & 0x70) !== 0) throw new FrameError(1002, "reserved bits are set");
    if ((opcode > BINARY && opcode < CLOSE) || opcode > PONG) throw new FrameError(1002, `there is no frame of kind ${opcode}`);
    if (second < 128) throw new FrameError(1002, "a frame is not masked");
    if (opcode >= CLOSE && (!final || short > 125)) throw new FrameError(1002, "a control frame is too long, or in pieces");
    if (opcode === CONTINUATION ? this.#kind === 0 : opcode < CLOSE && this.#kind !== 0)
      throw new FrameError(1002, "a piece is in the wrong place");
    const mask = 2 + (short < 126 ? 0 : short === 126 ? 2 : 8);
    if (bytes.length < mask + 4) return undefined;
    const length = lengthOf(bytes, short);
    if (opcode < CLOSE && length + this.#size > this.#maxMessage)
      throw new FrameError(1009, `a message is longer than ${this.#maxMessage} bytes`);
    return { opcode, final, length, mask, start: mask + 4 };
  }

  #data(opcode: number, final: boolean, payload: Uint8Array): Received | undefined {
    if (opcode !== CONTINUATION) this.#kind = opcode;
    if (!final || opcode === CONTINUATION) {
      if (payload.length > 0) this.#pieces.push(payload); // of empty ones there may be any number
      this.#size += payload.length;
      if (!final) return undefined;
    }
    const whole = opcode === CONTINUATION ? Buffer.concat(this.#pieces) : payload;
    const isText = this.#kind === TEXT;
    this.#pieces = [];
    this.#size = 0;
    this.#kind = 0;
    return { type: "message", message: isText ? textOf(whole) : whole };
  }
}

function lengthOf(bytes: Buffer, short: number): number {
  if (short < 126) return short;
  const length = short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length < (short === 126 ? 126 : 65_536) || !Number.isSafeInteger(length))
    throw new FrameError(1002, "a length is not written as it must be");
  return length;
}

function unmask(bytes: Uint8Array, mask: number): void {
  const keys = [mask >>> 24, (mask >>> 16) & 255, (mask >>> 8) & 255, mask & 255] as const;
  for (let i = 0; i < bytes.length; i++) bytes[i]! ^= keys[i & 3]!;
}

function control(opcode: number, payload: Buffer): Received {
  if (opcode === PING) return { type: "ping", payload };
  if (opcode === PONG) return { type: "pong", payload };
  if (payload.length === 0) return { type: "close", code: 1005, reason: "" };
  const code = payload.length === 1 ? 0 : payload.readUInt16BE(0);
  if (!isCloseCode(code)) throw new FrameError(1002, `there is no close code ${code}`);
  return { type: "close", code, reason: textOf(payload.subarray(2)) };
}

/** RFC 6455 7.4. */
function isCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999);
}

function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new FrameError(1007, "text is not UTF-8");
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** A frame as a server sends it. @internal */
export function frame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const bytes = Buffer.allocUnsafe(2 + extra + length);
  bytes[0] = 128 | opcode;
  bytes[1] = extra === 0 ? length : extra === 2 ? 126 : 127;
  if (extra === 2) bytes.writeUInt16BE(length, 2);
  else if (extra === 8) bytes.writeBigUInt64BE(BigInt(length), 2);
  bytes.set(payload, 2 + extra);
  return bytes;
}

let lastText: string | undefined;
let lastFrame: Buffer = Buffer.alloc(0);

/** The frame of a message. What is said to a thousand is framed once. @internal */
export function messageFrame(message: WebSocketMessage): Buffer {
  if (typeof message !== "string") return frame(BINARY, message);
  if (message === lastText) return lastFrame;
  lastText = message;
  return (lastFrame = frame(TEXT, Buffer.from(message)));
}

/** The frame that closes. @internal */
export function closeFrame(code: number, reason = ""): Buffer {
  if (code === 1005) return frame(CLOSE, Buffer.alloc(0));
  const text = Buffer.from(reason).subarray(0, 120);
  const payload = Buffer.alloc(2 + text.length);
  payload.writeUInt16BE(code, 0);
  payload.set(text, 2);
  return frame(CLOSE, isUtf8(text) ? payload : payload.subarray(0, 2));
}

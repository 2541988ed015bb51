// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { BINARY, COMPRESSED, FINAL, frame, TEXT } from "./frames.ts";
import type { Deflater } from "./deflate.ts";
import type { WebSocketMessage } from "./messages.ts";

/** More than this is not remembered. */
const MUCH = 1 << 16;

/** Makes frames of messages. @internal */
export class Framing {
  readonly masked: boolean;
  readonly #deflater: Deflater | undefined;
  readonly #isShared: boolean;
  // What was said last: to a thousand connections it is said a thousand times, and framed once.
  #messages: readonly WebSocketMessage[] = [];
  #bytes: Buffer = Buffer.alloc(0);

  /** `isShared`: all connections that use it send the same bytes for the same messages. */
  constructor(masked: boolean, deflater: Deflater | undefined, isShared: boolean) {
    this.masked = masked;
    this.#deflater = deflater;
    this.#isShared = isShared;
  }

  /** The frame of a message. */
  one(message: WebSocketMessage): Buffer {
    const messages = this.#messages;
    return this.#isShared && messages.length === 1 && messages[0] === message ? this.#bytes : this.frames([message]);
  }

  /** The frames of these messages, in one piece. */
  frames(messages: readonly WebSocketMessage[]): Buffer {
    if (this.#isShared && areSame(messages, this.#messages)) return this.#bytes;
    const frames = messages.map((message) => this.#frame(message));
    const bytes = frames.length === 1 ? frames[0]! : Buffer.concat(frames);
    if (this.#isShared) [this.#messages, this.#bytes] = [bytes.length < MUCH ? [...messages] : [], bytes];
    return bytes;
  }

  #frame(message: WebSocketMessage): Buffer {
    const first = FINAL | (typeof message === "string" ? TEXT : BINARY);
    const deflater = this.#deflater;
    if (deflater !== undefined && message.length >= deflater.threshold) {
      const deflated = deflater.deflate(bytesOf(message));
      if (deflated !== undefined) return frame(first | COMPRESSED, deflated, this.masked);
    }
    return frame(first, message, this.masked);
  }
}

/** Of servers that do not compress. @internal */
export const PLAIN: Framing = new Framing(false, undefined, true);

/** Of servers that compress each message by itself. @internal */
export function sharedFraming(deflater: Deflater): Framing {
  let framing = framings.get(deflater);
  if (framing === undefined) framings.set(deflater, (framing = new Framing(false, deflater, true)));
  return framing;
}

const framings = new WeakMap<Deflater, Framing>();

function bytesOf(message: WebSocketMessage): Buffer {
  if (typeof message === "string") return Buffer.from(message);
  return Buffer.from(message.buffer, message.byteOffset, message.byteLength);
}

function areSame(some: readonly WebSocketMessage[], others: readonly WebSocketMessage[]): boolean {
  if (some.length !== others.length || some.length === 0) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}

// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import type { Inbox } from "../../axon/index.ts";
import { BINARY, closeFrame, CONTINUATION, FINAL, frame, isCloseCode, PING, PONG, TEXT } from "./frames.ts";
import type { Framing } from "./framing.ts";
import type { WebSocketClose, WebSocketMessage, WebSocketPiece, WebSocketSent } from "./messages.ts";

/** What is to be said: collected, and given away in one piece. @internal */
export class Speech {
  /** With which code we have closed. */
  closed: number | undefined;
  /** How often something was given away. */
  count = 0;
  readonly #framing: Framing;
  readonly #messages: WebSocketMessage[] = [];
  #frames: Buffer[] = [];
  /** A message was begun in pieces, of this kind. */
  #begun = 0;

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  /** The bytes for the one message that waits, if there is nothing else to say: the shortest way for what is said to many. */
  only(said: Inbox<WebSocketSent>): Buffer | undefined {
    if (said.length !== 1 || this.closed !== undefined || this.#begun !== 0 || this.#frames.length > 0 || this.#messages.length > 0)
      return undefined;
    const message = said.peekNext();
    if (typeof message !== "string" && !(message instanceof Uint8Array)) return undefined;
    said.recv();
    this.count++;
    return this.#framing.one(message);
  }

  /** What comes after a close is not said. @throws TypeError, RangeError for what cannot be said */
  say(message: WebSocketSent): void {
    if (this.closed !== undefined) return;
    if (typeof message === "string" || message instanceof Uint8Array) {
      if (this.#begun !== 0) throw new TypeError("Cannot send a message: one that is sent in pieces has not ended");
      this.#messages.push(message);
    } else if (isClose(message)) this.close(message.close, message.reason);
    else if (isPiece(message)) this.#sayPiece(message);
    else throw new TypeError(`Cannot send ${String(message)}: send text, bytes, { data, more } or { close, reason }`);
  }

  /** @throws RangeError for a code that there cannot be */
  close(code: number, reason = ""): void {
    if (this.closed !== undefined) return;
    if (code !== 1005 && !isCloseCode(code)) throw new RangeError(`Cannot close with ${code}: give 1000, or 3000 to 4999`);
    this.#add(closeFrame(code, reason, this.#framing.masked));
    this.closed = code;
  }

  ping(): void {
    if (this.closed === undefined) this.#add(frame(FINAL | PING, "", this.#framing.masked));
  }

  pong(payload: Uint8Array): void {
    if (this.closed === undefined) this.#add(frame(FINAL | PONG, payload, this.#framing.masked));
  }

  /** All that was said since, in one piece; undefined if it is nothing. */
  take(): Buffer | undefined {
    if (this.#frames.length === 0) {
      if (this.#messages.length === 0) return undefined;
      this.count++;
      const bytes = this.#framing.frames(this.#messages);
      this.#messages.length = 0;
      return bytes;
    }
    this.#frameMessages();
    this.count++;
    const frames = this.#frames;
    this.#frames = [];
    return frames.length === 1 ? frames[0] : Buffer.concat(frames);
  }

  #add(bytes: Buffer): void {
    this.#frameMessages();
    this.#frames.push(bytes);
  }

  #frameMessages(): void {
    if (this.#messages.length === 0) return;
    this.#frames.push(this.#framing.frames(this.#messages));
    this.#messages.length = 0;
  }

  #sayPiece({ data, more }: WebSocketPiece): void {
    const kind = typeof data === "string" ? TEXT : BINARY;
    if (this.#begun !== 0 && this.#begun !== kind) throw new TypeError("Cannot send a message that is both text and bytes");
    this.#add(frame((this.#begun === 0 ? kind : CONTINUATION) | (more ? 0 : FINAL), data, this.#framing.masked));
    this.#begun = more ? kind : 0;
  }
}

function isClose(message: WebSocketSent): message is WebSocketClose {
  return typeof message === "object" && message !== null && "close" in message && typeof message.close === "number";
}

function isPiece(message: WebSocketSent): message is WebSocketPiece {
  if (typeof message !== "object" || message === null || !("data" in message)) return false;
  return typeof message.data === "string" || message.data instanceof Uint8Array;
}

// SPDX-License-Identifier: Apache-2.0
import { encodingOf } from "./encoding.ts";

/** Text, and what is wrong with the bytes that come after it. */
export interface Decoded {
  readonly text: string;
  readonly fault?: string;
}

/** Turns the bytes of a document into text: first finds out in which encoding they are. */
export class Decoding {
  /** What came before it was known. */
  #head: Uint8Array = new Uint8Array(0);
  #encoding: string | undefined;
  #decoder: TextDecoder | undefined;
  /** Is one piece behind, so that it can find the very character that is wrong. */
  #follower: TextDecoder | undefined;
  #before: Uint8Array = new Uint8Array(0);

  /** The text of some more bytes, or, for undefined, what is left at the end; and what is wrong with what comes after that, if anything is. */
  take(bytes: Uint8Array | undefined): Decoded {
    if (this.#decoder !== undefined) return this.#decode(bytes);
    this.#head = joined(this.#head, bytes ?? new Uint8Array(0));
    try {
      this.#encoding = encodingOf(this.#head, bytes === undefined);
    } catch (error) {
      if (error instanceof SyntaxError) return { text: "", fault: error.message };
      throw error;
    }
    if (this.#encoding === undefined) return { text: "" };
    this.#decoder = new TextDecoder(this.#encoding, { fatal: true });
    this.#follower = new TextDecoder(this.#encoding, { fatal: true });
    const head = this.#decode(this.#head);
    if (bytes !== undefined || head.fault !== undefined) return head;
    const { text, ...rest } = this.#decode(undefined);
    return { text: head.text + text, ...rest };
  }

  #decode(bytes: Uint8Array | undefined): Decoded {
    try {
      const text = this.#decoder?.decode(bytes, { stream: bytes !== undefined }) ?? "";
      this.#follower?.decode(this.#before, { stream: true });
      this.#before = bytes ?? this.#before;
      return { text };
    } catch {
      const fault = bytes === undefined ? "it ends in the middle of a character" : `its bytes are not ${this.#encoding}`;
      return { text: [...this.#goodTextOf(bytes)].join(""), fault };
    }
  }

  /** What can be decoded, byte by byte, up to what is wrong. */
  *#goodTextOf(bytes: Uint8Array | undefined): Generator<string> {
    try {
      this.#follower?.decode(this.#before, { stream: true });
      for (const byte of bytes ?? []) yield this.#follower?.decode(Uint8Array.of(byte), { stream: true }) ?? "";
    } catch {
      // here it is
    }
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}

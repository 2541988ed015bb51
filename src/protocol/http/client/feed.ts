// SPDX-License-Identifier: Apache-2.0
import type { ParsedHTTP, ResponseHeader } from "../messages.ts";
import type { Call, Receiver } from "./call.ts";
import type { HTTPFailure } from "./failures.ts";
import type { ParsedHTTPRedirect } from "./request.ts";

/** What is said of a request: the parts of the response, whatever its status; where it was redirected to; why it has failed. */
export type HTTPAnswered = ParsedHTTP<ResponseHeader> | ParsedHTTPRedirect | HTTPFailure;

/** So many parts wait at most before the server is made to wait. */
const MANY = 4;

/** What has come of one request, until its component has its turn. @internal */
export class Feed implements Receiver {
  readonly whole = false;
  /** Nothing more will come. */
  isOver = false;
  /** Whose it is, once it is known. */
  call: Call | undefined;
  readonly #wake: () => void;
  #parts: HTTPAnswered[] = [];

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /** All that has come since it was asked last. */
  take(): readonly HTTPAnswered[] {
    const parts = this.#parts;
    if (parts.length > 0) this.#parts = [];
    return parts;
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** There is room for more. */
  relax(): void {
    if (this.#parts.length < MANY) this.call?.resume();
  }

  redirected(to: ParsedHTTPRedirect): void {
    this.#push(to);
  }

  part(part: ParsedHTTP<ResponseHeader>): void {
    if (part.type === "ParsedHTTPEnd") this.isOver = true;
    this.#push(part);
  }

  answered(): void {}

  failed(failure: HTTPFailure): void {
    this.isOver = true;
    this.#push(failure);
  }

  #push(part: HTTPAnswered): void {
    this.#parts.push(part);
    if (this.#parts.length >= MANY) this.call?.pause();
    this.#wake();
  }
}

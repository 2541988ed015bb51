// SPDX-License-Identifier: Apache-2.0
import type { System } from "../../../axon/index.ts";
import type { Fault } from "../client/failures.ts";
import { keptFor } from "../client/HTTPPool.ts";
import { isIdempotent } from "../client/request.ts";
import type { Wire, WireUser } from "../client/wire.ts";
import type { ParserLimits } from "../messageParser.ts";
import type { ParsedHTTP, RequestHeader, ResponseHeader } from "../messages.ts";
import type { Resource } from "../resource.ts";
import { endToEnd } from "./forwarding.ts";
import type { Line } from "./proxyLine.ts";

/** What the other server did that costs the response. @internal */
export class UpstreamError extends Error {
  readonly status: 502 | 504;
  constructor(status: 502 | 504, message: string) {
    super(message);
    this.status = status;
  }
}

type Part = ParsedHTTP<ResponseHeader>;

/** So many parts wait at most before the other server is made to wait. */
const MANY = 4;
const LIMITS: ParserLimits = {};

/** One request to the other server, and what it answers. @internal */
export class Asked implements WireUser {
  readonly limits: ParserLimits = LIMITS;
  readonly method: string;
  /** The response has begun. */
  hasBegun = false;
  /** All of the response has been read. */
  isOver = false;
  readonly #system: System;
  readonly #line: Line;
  readonly #wake: () => void;
  readonly #head: Uint8Array;
  /** May be sent twice: the second time changes nothing. */
  #mayRepeat: boolean;
  #wire: Wire | undefined;
  #isReused = false;
  #isFull = false;
  /** The head was sent; all was. */
  #hasHead = false;
  #isSent = false;
  #parts: Part[] = [];
  #answer: ResponseHeader | undefined;
  #error: UpstreamError | undefined;
  #expected: (() => void) | undefined;

  /** @param wake called when there is something to do */
  constructor(request: RequestHeader, head: Uint8Array, line: Line, system: System, wake: () => void) {
    this.method = request.method;
    this.#head = head;
    this.#line = line;
    this.#system = system;
    this.#wake = wake;
    this.#mayRepeat = isIdempotent(request) && request.length === 0;
    line.pool.acquire(line.way, this, !this.#mayRepeat);
  }

  /** Whether there is room for more of the request. */
  get mayWrite(): boolean {
    return this.#wire !== undefined && !this.#isFull;
  }

  /** Sends the head, if that was not done, and pieces of the body. `isAll`: nothing follows. */
  write(body: readonly Uint8Array[], isAll: boolean): void {
    const pieces = this.#hasHead ? body : [this.#head, ...body];
    this.#hasHead = true;
    this.#isSent = isAll;
    if (pieces.length > 0 && this.#wire?.write(pieces) === false) this.#isFull = true;
  }

  /** What has come, as resources. @throws UpstreamError */
  *read(): Generator<Resource, void> {
    const parts = this.#parts;
    if (parts.length > 0) this.#parts = [];
    const whole = wholeOf(parts);
    if (whole !== undefined) {
      this.hasBegun = this.isOver = true;
      yield whole;
      return;
    }
    for (const part of parts) {
      const resource = this.#resource(part);
      if (resource !== undefined) yield resource;
    }
    if (this.#error !== undefined && !this.isOver) throw this.#error;
  }

  /** There is room for more of the response. */
  relax(): void {
    this.#wire?.resume();
  }

  /** Whether it is the other server that is to say something: then the system is not done. */
  expect(does: boolean): void {
    if (does === (this.#expected !== undefined)) return;
    this.#expected?.();
    this.#expected = does ? this.#system.expect(`an answer to ${this.method} from ${this.#line.way.key}`) : undefined;
  }

  /** Nothing more is wanted. */
  leave(): void {
    this.expect(false);
    this.#line.pool.giveUp(this.#line.way, this);
    this.#wire?.close();
    this.#wire = undefined;
    this.#line.leave();
  }

  // What the pool and the wire tell.

  begin(wire: Wire, isReused: boolean): void {
    this.#wire = wire;
    this.#isReused = isReused;
    this.#isFull = false;
    this.#hasHead = false;
    this.#wake();
  }

  part(part: Part): void {
    this.#parts.push(part);
    if (part.type === "ParsedHTTPHeader" && part.header.responsecode >= 200) this.#answer = part.header;
    if (part.type === "ParsedHTTPEnd") this.#finish(part.bad === undefined);
    else if (this.#parts.length >= MANY) this.#wire?.pause();
    this.#wake();
  }

  /** It is not silent, though this may be less than a part. */
  heard(): void {
    this.#wake();
  }

  drained(): void {
    this.#isFull = false;
    this.#wake();
  }

  /** A connection that was kept may be closed by the other server while it is used again: then another one is taken. */
  lost(fault: Fault, silent: boolean): void {
    this.#wire = undefined;
    if (silent && this.#isReused && this.#mayRepeat && fault.phase !== "connect") {
      this.#line.pool.acquire(this.#line.way, this, false);
      return;
    }
    this.#error = new UpstreamError(502, fault.message);
    this.#wake();
  }

  #finish(isFine: boolean): void {
    const wire = this.#wire;
    this.#wire = undefined;
    const { keepAlive = false, headers } = this.#answer ?? {};
    if (wire === undefined) return;
    if (isFine && keepAlive && this.#isSent) this.#line.pool.release(wire, keptFor(headers?.["keep-alive"]));
    else wire.close();
  }

  #resource(part: Part): Resource | undefined {
    if (part.type === "ParsedHTTPBodyChunk") return { data: part.bodychunk };
    if (part.type === "ParsedHTTPEnd") {
      if (part.bad !== undefined) throw new UpstreamError(502, part.bad.reason);
      this.isOver = true;
      return { complete: true, ...(part.trailers === undefined ? {} : { trailers: part.trailers }) };
    }
    const { header } = part;
    if (header.bad !== false) throw new UpstreamError(502, header.bad.reason);
    if (header.responsecode === 101) throw new UpstreamError(502, "it changes to a protocol that nobody asked for");
    if (header.responsecode < 200) return undefined;
    this.hasBegun = true;
    return headOf(header);
  }
}

/** A response that has come in one piece is passed on in one. */
function wholeOf([first, second, third, ...more]: readonly Part[]): Resource | undefined {
  if (first?.type !== "ParsedHTTPHeader" || second?.type !== "ParsedHTTPBodyChunk" || third?.type !== "ParsedHTTPEnd") return undefined;
  const { bad, responsecode } = first.header;
  if (more.length > 0 || bad !== false || responsecode < 200 || third.bad !== undefined || third.trailers !== undefined) return undefined;
  return { ...headOf(first.header), data: second.bodychunk, complete: true };
}

/** The head as the client gets it. */
function headOf(header: ResponseHeader): Resource {
  const { responsecode, reason, headers } = header;
  const length = headers["content-length"];
  const fields = endToEnd(header).filter(([name]) => name.toLowerCase() !== "content-length");
  return { statuscode: `${responsecode} ${reason}`, headers: fields, ...(length === undefined ? {} : { length: Number(length) }) };
}

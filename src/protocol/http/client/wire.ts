// SPDX-License-Identifier: Apache-2.0
import type { Connection, ConnectionEvents, Security, Timer } from "../../../axon/index.ts";
import type { ParsedHTTP, ResponseHeader } from "../messages.ts";
import { type MessageParser, type ParserLimits, responseParser } from "../messageParser.ts";
import { Fault, faultOf } from "./failures.ts";

/** Who has a wire: a request that waits for its answer. @internal */
export interface WireUser {
  readonly method: string;
  readonly limits: ParserLimits;
  /** Here is an open connection. `isReused`: it has served before, so that the server may have closed it without our knowing. */
  begin(wire: Wire, isReused: boolean): void;
  part(part: ParsedHTTP<ResponseHeader>): void;
  /** Bytes have come. */
  heard(): void;
  /** There is room again for what is to be sent. */
  drained(): void;
  /** The connection is over. `silent`: nothing had come for this request. */
  lost(fault: Fault, silent: boolean): void;
}

/** What a wire tells its pool. @internal */
export interface WireKeeper {
  ready(wire: Wire): void;
  failed(wire: Wire, fault: Fault): void;
  /** It serves nobody any more, and cannot serve again. */
  gone(wire: Wire): void;
}

/** Where a wire leads, and how. @internal */
export interface Way {
  readonly key: string;
  readonly connect: (events: ConnectionEvents) => Connection;
  /** How to speak TLS on it, if it does. */
  readonly security: Security | undefined;
  readonly connectTimeout: number;
  readonly setTimer: (callback: () => void, delay: number) => Timer;
}

/** One connection to a server, which serves one request at a time. @internal */
export class Wire implements ConnectionEvents {
  readonly way: Way;
  readonly #keeper: WireKeeper;
  readonly #connection: Connection;
  readonly #timer: Timer | undefined;
  #parser: MessageParser<ResponseHeader> | undefined;
  #limits: ParserLimits | undefined;
  #user: WireUser | undefined;
  /** When it became idle. */
  idleSince = 0;
  /** Milliseconds that the server keeps it, if it says so. */
  kept: number | undefined;
  #isOpen = false;
  #isClosed = false;
  /** The server has no more to say. */
  #ended = false;
  #served = 0;
  #silent = true;
  #paused = false;
  #stopped = false;
  #pulling = false;
  #error: Error | undefined;

  constructor(way: Way, keeper: WireKeeper) {
    this.way = way;
    this.#keeper = keeper;
    const { connectTimeout } = way;
    if (Number.isFinite(connectTimeout)) this.#timer = way.setTimer(() => this.#late(), connectTimeout);
    this.#connection = way.connect(this);
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#isClosed && !this.#ended;
  }

  /** Serves this one from now on. */
  serve(user: WireUser): void {
    if (this.#parser === undefined || this.#limits !== user.limits) {
      this.#limits = user.limits;
      this.#parser = responseParser(user.limits);
    }
    this.#parser.method = user.method;
    this.#user = user;
    this.#silent = true;
    this.#paused = false;
    this.#safely(() => user.begin(this, this.#served++ > 0));
  }

  /** Serves nobody any more. Answers whether it can serve again. */
  release(): boolean {
    this.#user = undefined;
    if (this.isOpen && this.#parser?.isIdle === true && !this.#paused) return true;
    this.close();
    return false;
  }

  /** False: there is no room for more before `drained`. */
  write(pieces: readonly Uint8Array[]): boolean {
    return this.#isClosed || this.#connection.write(pieces);
  }

  /** Reads no more, so that the server stops sending. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#quiet(true);
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#quiet(false);
    this.#pull();
    if (this.#isClosed) this.#lose();
  }

  close(): void {
    const isIdle = this.#user === undefined && this.isOpen && this.#parser?.isIdle !== false;
    this.#user = undefined;
    this.#isOpen = false;
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    if (isIdle) this.#connection.end();
    else this.#connection.abort();
    this.#keeper.gone(this);
  }

  // What the connection tells.

  opened(): void {
    const { security } = this.way;
    if (this.#isClosed) return;
    if (security === undefined) this.#ready();
    else {
      this.#connection.secure(security);
      this.#connection.resume();
    }
  }

  secured(): void {
    if (!this.#isClosed && !this.#isOpen) this.#ready();
  }

  data(bytes: Uint8Array): void {
    const user = this.#user;
    if (user === undefined) {
      this.close(); // nobody has asked for anything
      return;
    }
    this.#silent = false;
    this.#parser?.push(bytes);
    user.heard();
    this.#safely(() => this.#pull());
  }

  ended(): void {
    this.#ended = true;
    if (this.#user === undefined) this.close();
    else this.#safely(() => this.#pull());
  }

  drained(): void {
    this.#safely(() => this.#user?.drained());
  }

  finished(): void {
    if (this.#isClosed) this.#connection.abort(); // it has heard that nothing follows, so it sees no reset
  }

  closed(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ended = true;
    this.#error = error;
    this.#timer?.cancel();
    if (!this.#isOpen) {
      const { security } = this.way;
      const reason = error ?? new Error(`Cannot ${security === undefined ? "connect" : "speak TLS"}: the other side closed the connection`);
      this.#keeper.failed(this, faultOf("connect", reason));
      return;
    }
    this.#keeper.gone(this);
    if (this.#paused) return; // there may be more to give
    this.#safely(() => this.#pull());
    this.#lose();
  }

  #ready(): void {
    this.#timer?.cancel();
    this.#isOpen = true;
    this.#connection.resume();
    this.#keeper.ready(this);
  }

  #late(): void {
    const what = `no answer within ${this.way.connectTimeout} ms; wait longer with connectTimeout`;
    this.closed(new Error(`Cannot connect: ${what}`));
    this.#connection.abort();
  }

  /** Gives what has come, as far as it is wanted. */
  #pull(): void {
    const parser = this.#parser;
    if (parser === undefined || this.#pulling) return;
    this.#pulling = true;
    const user = this.#user;
    let finished = false;
    while (!this.#paused && this.#user === user && user !== undefined) {
      const part = parser.pull();
      if (part !== undefined) user.part(part);
      else if (!this.#ended || finished || (this.#error !== undefined && !this.#silent)) break;
      else {
        finished = true;
        parser.finish();
      }
    }
    this.#pulling = false;
    if (this.#ended && !this.#paused && this.#user !== undefined) this.#lose();
  }

  /** What nobody has expected costs this request; in a callback of the network it would end the process. */
  #safely(act: () => void): void {
    try {
      act();
    } catch (error) {
      const user = this.#user;
      const reason = error instanceof Error ? error.message : String(error);
      this.#pulling = false;
      this.close();
      user?.lost(new Fault(this.#silent ? "head" : "body", reason, { cause: error }), false);
    }
  }

  #lose(): void {
    const user = this.#user;
    if (user === undefined) return;
    this.#user = undefined;
    const silent = this.#silent;
    const error = this.#error;
    this.close();
    if (error !== undefined) user.lost(faultOf(silent ? "head" : "body", error), silent);
    else user.lost(new Fault("head", "the server closed the connection before it had answered", { passing: true }), silent);
  }

  #quiet(quiet: boolean): void {
    if (this.#isClosed || this.#stopped === quiet) return;
    this.#stopped = quiet;
    if (quiet) this.#connection.pause();
    else this.#connection.resume();
  }
}

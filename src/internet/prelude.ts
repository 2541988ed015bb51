// SPDX-License-Identifier: Apache-2.0
// Connections on which something is said before they are what they are for.
import type { Connection, ConnectionEvents, Endpoint, Secured, Security } from "../axon/index.ts";

/**
 * A connection on which something is said first: while that lasts it reads for itself; then it is as the one below, with what came too early.
 * Who extends it says what is read, and calls `finish` when that is over.
 */
export abstract class Prelude implements Connection, ConnectionEvents {
  /** The connection below. */
  protected readonly below: Connection;
  /** Whom to tell when it is over; nobody hears of it before. */
  events: ConnectionEvents | undefined;
  #local: Endpoint | undefined;
  #remote: Endpoint | undefined;
  /** What came of the prelude, and then what came too early. */
  #bytes: Buffer = Buffer.alloc(0);
  #over = false;
  #paused = false;
  #ended = false;
  #closed = false;

  constructor(connect: (events: ConnectionEvents) => Connection) {
    this.below = connect(this);
  }

  /** Reads what it can: how many of these bytes were its, or undefined when it needs more. It may throw, which breaks the connection. */
  protected abstract read(bytes: Buffer): number | undefined;

  /** It is over, and what follows has not been touched. */
  protected abstract ready(): void;

  /** The connection broke, or was broken off, before the prelude was over. */
  protected abstract broken(error: Error | undefined): void;

  /** There is nothing to read first. */
  protected begin(): void {
    this.finish();
    queueMicrotask(() => this.ready());
  }

  /** It is over: from here on the connection is the user's. `local` and `remote`: who its ends really are. */
  protected finish(local?: Endpoint, remote?: Endpoint): void {
    this.#over = true;
    this.#paused = true;
    this.#local = local;
    this.#remote = remote;
    this.below.pause();
  }

  /** Breaks the connection, with a reason. */
  breakOff(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.below.abort();
    this.#tellTheEnd(error);
  }

  get local(): Endpoint {
    return this.#local ?? this.below.local;
  }

  get remote(): Endpoint {
    return this.#remote ?? this.below.remote;
  }

  // What the user asks for.

  write(pieces: readonly Uint8Array[]): boolean {
    return this.below.write(pieces);
  }

  secure(how: Security): void {
    const early = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    this.#paused = false;
    this.below.secure(how, early);
  }

  end(): void {
    this.below.end();
  }

  abort(): void {
    this.below.abort();
  }

  pause(): void {
    this.#paused = true;
    this.below.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#bytes.length === 0 && !this.#ended) this.below.resume();
    else queueMicrotask(() => this.#catchUp());
  }

  #catchUp(): void {
    if (this.#paused || this.#closed) return;
    const bytes = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    if (bytes.length > 0) this.events?.data(bytes);
    if (this.#paused) return;
    if (this.#ended) {
      this.#ended = false;
      this.events?.ended();
    } else this.below.resume();
  }

  // What the connection below tells.

  opened(): void {}

  secured(what: Secured): void {
    this.events?.secured?.(what);
  }

  data(bytes: Uint8Array): void {
    if (this.#over && this.#bytes.length === 0 && !this.#paused) this.events?.data(bytes);
    else {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      if (!this.#over) this.#tryToRead();
    }
  }

  #tryToRead(): void {
    try {
      while (!this.#over && !this.#closed) {
        const used = this.read(this.#bytes);
        if (used === undefined) return;
        this.#bytes = this.#bytes.subarray(used);
      }
      if (this.#over && !this.#closed) this.ready();
    } catch (error) {
      this.breakOff(error instanceof Error ? error : new Error(String(error)));
    }
  }

  ended(): void {
    if (this.events === undefined)
      this.breakOff(new Error("Cannot go on: the other side ended before it had said what it has to say first"));
    else if (this.#paused || this.#bytes.length > 0) this.#ended = true;
    else this.events?.ended();
  }

  drained(): void {
    this.events?.drained();
  }

  finished(): void {
    this.events?.finished();
  }

  closed(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tellTheEnd(error);
  }

  #tellTheEnd(error: Error | undefined): void {
    if (this.events === undefined) this.broken(error);
    else this.events.closed(error);
  }
}

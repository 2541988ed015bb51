// SPDX-License-Identifier: Apache-2.0
// HTTP/2 for the client. A stream of HTTP/2 looks like a connection of HTTP/1.1 that serves one request after the other: so the pool, and all that is known of
// retries, redirects and limits, need not know of it. The protocol itself is spoken by node:http2.
import { type ClientHttp2Session, connect as beginSession } from "node:http2";
import type { Connection, ConnectionEvents, Endpoint, Secured, Security } from "../../../axon/index.ts";
import { ConnectionDuplex } from "./connectionDuplex.ts";
import { StreamConnection } from "./streamConnection.ts";

type Connect = (events: ConnectionEvents) => Connection;

/** What both sides can speak, the dearest first. */
export const EITHER: readonly string[] = ["h2", "http/1.1"];
const NOWHERE: Endpoint = { address: "", port: 0 };

/** Connections to one server, which says with the first what it speaks: those of HTTP/2 share one. @internal */
export class EitherHTTP {
  readonly #connect: Connect;
  readonly #security: Security;
  readonly #authority: string;
  #session: ClientHttp2Session | undefined;
  /** The connection that is to say what the server speaks. */
  #opening: Below | undefined;
  /** Who waits to hear what the server speaks. */
  #waiting: Either[] = [];
  /** It speaks HTTP/1.1 only. */
  #isOld = false;
  #users = 0;

  /** `connect` opens a connection, on which TLS is yet to begin. */
  constructor(connect: Connect, security: Security, authority: string) {
    this.#connect = connect;
    this.#security = security;
    this.#authority = authority;
  }

  /** A connection that is open when it can be asked. */
  connect(events: ConnectionEvents): Connection {
    const made = new Either(this, events);
    const session = this.#usable();
    if (this.#isOld) made.take(this.#secure((to) => (to === undefined ? undefined : made.begin())).through(made));
    else if (session !== undefined) queueMicrotask(() => made.take(this.stream(session, made.events), true));
    else {
      this.#waiting.push(made);
      if (this.#opening === undefined) this.#open();
    }
    return made;
  }

  /** @internal One that waited waits no more. */
  forget(made: Either): void {
    this.#waiting = this.#waiting.filter((one) => one !== made);
    if (this.#waiting.length > 0) return;
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.connection.abort();
  }

  /** @internal A stream is not needed any more. */
  left(): void {
    if (--this.#users > 0) return;
    this.#session?.close();
    this.#session = undefined;
  }

  #usable(): ClientHttp2Session | undefined {
    const session = this.#session;
    return session === undefined || session.closed || session.destroyed ? undefined : session;
  }

  #open(): void {
    const below = this.#secure((secured, error) => {
      if (this.#opening !== below) return; // nobody waits for it any more
      this.#opening = undefined;
      const waiting = this.#waiting;
      this.#waiting = [];
      if (secured === undefined) for (const one of waiting) one.events.closed(error);
      else if (secured.alpn === "h2") {
        const session = this.#begin(below);
        for (const one of waiting) one.take(this.stream(session, one.events), true);
      } else {
        this.#isOld = true;
        const [first, ...others] = waiting;
        if (first === undefined) below.connection.abort();
        else first.take(below.through(first), true);
        for (const one of others) one.take(this.#secure((to) => (to === undefined ? undefined : one.begin())).through(one));
      }
    });
    this.#opening = below;
  }

  #begin(below: Below): ClientHttp2Session {
    const duplex = new ConnectionDuplex(below.connection);
    below.to = duplex.events;
    const session = beginSession(this.#authority, { createConnection: () => duplex });
    session.setMaxListeners(0); // each stream is one
    session.on("error", () => {}); // its streams hear of it
    session.on("goaway", () => this.#session === session && (this.#session = undefined));
    session.on("close", () => this.#session === session && (this.#session = undefined));
    this.#session = session;
    return session;
  }

  /** @internal */
  stream(session: ClientHttp2Session, events: ConnectionEvents): Connection {
    this.#users++;
    return new StreamConnection(session, events, () => this.left());
  }

  /** Opens a connection with TLS. `decided` is told what was agreed on, or why it failed. */
  #secure(decided: (secured: Secured | undefined, error?: Error) => void): Below {
    return new Below(this.#connect, this.#security, decided);
  }
}

/** A connection with TLS, which tells whoever has it. */
class Below implements ConnectionEvents {
  /** Who has it, once it is known what it speaks. */
  to: ConnectionEvents | undefined;
  readonly connection: Connection;
  readonly #security: Security;
  readonly #decided: (secured: Secured | undefined, error?: Error) => void;
  #isDecided = false;

  constructor(connect: Connect, security: Security, decided: (secured: Secured | undefined, error?: Error) => void) {
    this.#security = security;
    this.#decided = decided;
    this.connection = connect(this);
  }

  /** Belongs to this one from now on. */
  through(owner: Either): Connection {
    this.to = owner.events;
    return this.connection;
  }

  opened(): void {
    this.connection.secure(this.#security);
    this.connection.resume();
  }

  secured(what: Secured): void {
    this.#isDecided = true;
    this.#decided(what);
  }

  data(bytes: Uint8Array): void {
    this.to?.data(bytes);
  }

  ended(): void {
    this.to?.ended();
  }

  drained(): void {
    this.to?.drained();
  }

  finished(): void {
    this.to?.finished();
  }

  closed(error?: Error): void {
    if (this.#isDecided || this.to !== undefined) this.to?.closed(error);
    else this.#decided(undefined, error);
  }
}

/** A connection of which it is not known yet what it is made of. */
class Either implements Connection {
  readonly events: ConnectionEvents;
  readonly local: Endpoint = NOWHERE;
  readonly remote: Endpoint = NOWHERE;
  readonly #hub: EitherHTTP;
  #inner: Connection | undefined;
  #isOver = false;

  constructor(hub: EitherHTTP, events: ConnectionEvents) {
    this.#hub = hub;
    this.events = events;
  }

  /** Here is what it is made of; `isOpen`: and it can be used. */
  take(inner: Connection, isOpen = false): void {
    this.#inner = inner;
    if (this.#isOver) inner.abort();
    else if (isOpen) this.begin();
  }

  begin(): void {
    if (!this.#isOver) this.events.opened();
  }

  write(pieces: readonly Uint8Array[]): boolean {
    return this.#inner?.write(pieces) ?? true;
  }

  secure(): void {} // it is

  end(): void {
    this.#inner?.end();
  }

  abort(): void {
    this.#isOver = true;
    this.#hub.forget(this);
    this.#inner?.abort();
  }

  pause(): void {
    this.#inner?.pause();
  }

  resume(): void {
    this.#inner?.resume();
  }
}

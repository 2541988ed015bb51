// SPDX-License-Identifier: Apache-2.0
import {
  anyOf,
  Component,
  type Connection,
  type ConnectionEvents,
  type Inbox,
  type Main,
  type Outbox,
  producerFinished,
  type Secured,
  type Security,
  type Shutdown,
  shutdownMicroprocess,
  type Timer,
} from "../axon/index.ts";
import { fit } from "./boxBytes.ts";
import { hostAndPort } from "./node/explained.ts";
import { deadline, watchIdle } from "./patience.ts";

/** How to look after a connection. */
export interface ConnectedSocketAdapterOptions {
  /** Milliseconds the other side gets to close, too, after it was sent all there was. Default 30,000. */
  readonly patience?: number;
  /** Milliseconds without a byte either way after which the connection is closed. Default: it may be idle for ever. */
  readonly idleTimeout?: number;
  /** Milliseconds that TLS may take to begin. Default 10,000. */
  readonly handshakeTimeout?: number;
  /** How to speak TLS when a message to "makessl" asks for it. Default: as the client, trusting whom the runtime trusts. */
  readonly startTLS?: Security;
}

/** The boxes of a connection. */
export type ConnectionInboxes = { inbox: Uint8Array; makessl: unknown };
export type ConnectionOutboxes = { outbox: Uint8Array; signal: Shutdown; sslready: Secured };

const DEFAULTS: ConnectedSocketAdapterOptions = {};

/**
 * Looks after one connection: bytes that come to its inbox are sent, bytes that are received leave from its outbox.
 *
 * What comes in one turn leaves in one write. If the network has no room, it takes nothing from its inbox, so that those who send to it are held; if its
 * outbox is full, it stops reading, so that the other side's window closes. producerFinished sends all that is in the inbox, says that nothing follows, and
 * waits for the other side to close; shutdownMicroprocess closes at once.
 *
 * A message to "makessl" begins TLS in band, after what is in the inbox: {@link Security} says how, anything else means as `startTLS` says. What was agreed
 * on leaves from "sslready"; send nothing in between. Link "makessl" before the adapter is activated.
 *
 * It signals exactly once: producerFinished when the other side has no more to send (it can still be sent to), or when it was told to finish and has;
 * shutdownMicroprocess, with an Error that says why as its message, when the connection broke. TCPServer and TCPClient make these; protocols never see them.
 */
export class ConnectedSocketAdapter extends Component<ConnectionInboxes, ConnectionOutboxes> {
  static readonly Inboxes = { inbox: "bytes to send", makessl: "any message begins TLS; how, if it is not to be as the options say" };
  static readonly Outboxes = {
    outbox: "bytes received",
    signal: "told once, when the other side has no more to send, or the connection is over",
    sslready: "what TLS agreed on, once it has begun",
  };
  /** What the network tells. @internal */
  readonly events: ConnectionEvents;
  /** @internal */ protected connection: Connection | undefined;
  readonly #options: ConnectedSocketAdapterOptions;
  /** @internal The other side has no more to send. */ protected otherSideHasEnded = false;
  /** Rings when it was given enough time to end, too. */
  #patience: Timer | undefined;
  #closed = false;
  #signalled = false;
  #secured: Secured | undefined;
  #error: Error | undefined;
  /** Whether anybody wants to know when a byte last came or went. */
  readonly #listens: boolean;
  #lastHeard = 0;
  /** Ends a wait for the network. */
  #goOn: (() => void) | undefined;

  constructor(connection?: Connection, options: ConnectedSocketAdapterOptions = DEFAULTS) {
    super();
    this.connection = connection;
    this.#options = options;
    this.#listens = options.idleTimeout !== undefined;
    this.events = new Events(this, this.#listens);
  }

  /** Why the connection broke, if it did. */
  get connectionError(): Error | undefined {
    return this.#error;
  }

  *main(): Main {
    const { connection } = this;
    if (connection === undefined) return;
    const { inbox, makessl } = this.inboxes;
    const inBand = this.mayBeginTLS();
    const wait = inBand ? anyOf(inbox, makessl) : inbox; // waiting for one box is faster, and few connections begin TLS in band
    const done = this.system.expect(() => `the connection with ${hostAndPort(connection.remote.address, connection.remote.port)}`);
    const { idleTimeout } = this.#options;
    const unwatch = idleTimeout === undefined ? undefined : this.#watch(idleTimeout);
    try {
      connection.resume();
      while (!this.#closed && (yield wait)) {
        if (this.#closed) break;
        if (inbox.length > 0 && !this.#write(connection, inbox)) yield this.#news();
        if (inBand) yield* this.#beginTLS();
      }
      if (this.toldToStop) return;
      this.sayThatNothingFollows(connection);
      while (!this.toldToStop) yield this.#news();
    } catch (error) {
      this.#signalled = true; // who fails signals nothing: the parent decides
      throw error;
    } finally {
      unwatch?.();
      this.#patience?.cancel();
      this.refuse();
      this.signalOnce(this.#farewell());
      done();
    }
  }

  /** Closes the connection at once. For an adapter that nobody will activate. */
  refuse(): void {
    if (!this.#closed) this.connection?.abort();
  }

  /** Sends what is in the inbox. Answers whether there is room for more. */
  #write(connection: Connection, inbox: Inbox<Uint8Array>): boolean {
    const pieces = [bytesOf(inbox.recv())];
    while (inbox.length > 0) pieces.push(bytesOf(inbox.recv()));
    fit(inbox, pieces[0]!.length);
    this.heard();
    return connection.write(pieces);
  }

  *#beginTLS(): Main {
    const { makessl } = this.inboxes;
    if (makessl.length > 0) yield* this.secure(howTo(makessl.recv()) ?? this.#options.startTLS ?? { side: "client" });
  }

  /** Whether somebody may ask for TLS in band. @internal */
  protected mayBeginTLS(): boolean {
    const { makessl } = this.inboxes;
    return makessl.sources !== undefined || makessl.length > 0;
  }

  /** Begins TLS. @internal */
  protected *secure(how: Security): Main {
    const { handshakeTimeout = 10_000 } = this.#options;
    this.#secured = undefined;
    this.connection?.secure(how);
    const late = deadline(this.system.clock, handshakeTimeout, () => this.breakOff(`TLS has not begun within ${handshakeTimeout} ms`));
    while (this.#secured === undefined && !this.toldToStop) yield this.#news();
    late.cancel();
    if (this.#secured !== undefined) this.send(this.#secured, "sslready");
  }

  /** @internal */
  protected sayThatNothingFollows(connection: Connection): void {
    connection.end();
  }

  /** Fulfilled when the network tells that it can go on. (When the connection closes, the component is told to stop, which ends any wait.) */
  #news(): Promise<void> {
    return new Promise((resolve) => (this.#goOn = resolve));
  }

  #watch(idleTimeout: number): () => void {
    this.#lastHeard = this.system.clock.now();
    return watchIdle(
      this.system.clock,
      idleTimeout,
      () => this.#lastHeard,
      () => this.breakOff(`nothing came or went for ${idleTimeout} ms`),
    );
  }

  /** @internal A byte came or went. */
  heard(): void {
    if (this.#listens) this.#lastHeard = this.system.clock.now();
  }

  /** @internal Closes the connection for a reason of ours. */
  protected breakOff(why: string): void {
    const { address = "", port = 0 } = this.connection?.remote ?? {};
    this.refuse();
    this.onClosed(new Error(`Cannot stay connected to ${hostAndPort(address, port)}: ${why}`));
  }

  /** @internal */
  onOpened(): void {}

  /** @internal */
  onSecured(what: Secured): void {
    this.#secured = what;
    this.#goOn?.();
  }

  /** @internal The outbox is full. */
  holdOn(): void {
    this.connection?.pause();
    this.outboxes.outbox.whenRoom(() => this.connection?.resume());
  }

  /** @internal */
  hearTheEnd(): void {
    this.otherSideHasEnded = true;
    this.onEnded();
  }

  /** @internal The other side has no more to send; what we still have is sent. */
  onEnded(): void {
    this.signalOnce(producerFinished("the other side has no more to send"));
  }

  /** @internal */
  onDrained(): void {
    this.heard();
    this.#goOn?.();
  }

  /** @internal */
  onFinished(): void {
    this.heard();
    if (this.otherSideHasEnded || this.#closed) return; // then it closes by itself
    const { patience = 30_000 } = this.#options;
    this.#patience ??= this.system.clock.setTimer(() => this.#letGo(), patience);
  }

  #letGo(): void {
    this.signalOnce(this.#farewell());
    this.stop();
  }

  /** @internal */
  onClosed(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    if (this.id > 0) this.signalOnce(this.#farewell()); // otherwise nobody listens yet: `main` does it
    this.stop(shutdownMicroprocess(error ?? "the connection is closed"));
  }

  /** @internal */
  protected signalOnce(message: Shutdown): void {
    if (this.#signalled) return;
    this.#signalled = true;
    this.send(message, "signal");
  }

  #farewell(): Shutdown {
    if (this.#error !== undefined) return shutdownMicroprocess(this.#error);
    return this.shutdown ?? producerFinished("the connection is closed");
  }
}

/**
 * What the network tells an adapter: one small object for each connection. It knows the outbox itself: with thousands of connections, what a message costs is how
 * many objects it leads to that are in no cache any more.
 */
class Events implements ConnectionEvents {
  readonly #csa: ConnectedSocketAdapter;
  readonly #outbox: Outbox<Uint8Array>;
  readonly #listens: boolean;
  constructor(csa: ConnectedSocketAdapter, listens: boolean) {
    this.#csa = csa;
    this.#outbox = csa.outboxes.outbox;
    this.#listens = listens;
  }
  opened(): void {
    this.#csa.onOpened();
  }
  secured(what: Secured): void {
    this.#csa.onSecured(what);
  }
  data(bytes: Uint8Array): void {
    const outbox = this.#outbox;
    if (this.#listens) this.#csa.heard();
    fit(outbox.target, bytes.length);
    outbox.send(bytes);
    if (outbox.full) this.#csa.holdOn();
  }
  ended(): void {
    this.#csa.hearTheEnd();
  }
  drained(): void {
    this.#csa.onDrained();
  }
  finished(): void {
    this.#csa.onFinished();
  }
  closed(error?: Error): void {
    this.#csa.onClosed(error);
  }
}

/** @throws TypeError for what some networks would take, and others not */
function bytesOf(message: Uint8Array): Uint8Array {
  if (message instanceof Uint8Array) return message;
  throw new TypeError(
    `Cannot send ${typeof message === "string" ? "text" : typeof message} over a connection: send bytes, Buffer.from(text)`,
  );
}

/** What a message to "makessl" asks for, if it says. */
function howTo(message: unknown): Security | undefined {
  const isSecurity = (it: object): it is Security => "side" in it && (it.side === "client" || it.side === "server");
  return typeof message === "object" && message !== null && isSecurity(message) ? message : undefined;
}

// SPDX-License-Identifier: Apache-2.0
// Where connections come in: what has to be said before a protocol sees them.
import type { Clock, Connection, ConnectionEvents, Secured, Security, Timer } from "../axon/index.ts";
import { hostAndPort } from "./node/explained.ts";
import { deadline } from "./patience.ts";
import { Prelude } from "./prelude.ts";
import { parseProxyHeader } from "./proxyHeader.ts";

/** What has to be said first. */
export interface DoorOptions {
  /** TLS begins at once. */
  readonly tls: Security | undefined;
  /** A proxy says first for whom it connects. */
  readonly proxyProtocol: boolean;
  /** Milliseconds for all that. */
  readonly handshakeTimeout: number;
}

/** What the door tells: one or the other, and not before the connection's resume. */
export interface DoorEvents {
  /** All was said. Answer whom to tell from now on. */
  enters(connection: Connection, secured: Secured | undefined): ConnectionEvents;
  /** It was not said, and the connection is closed. */
  fails(error: Error): void;
}

/** Lets a connection in. Give what this gives to the listener. */
export function letIn(connection: Connection, options: DoorOptions, clock: Clock, events: DoorEvents): ConnectionEvents {
  return new Visitor(connection, options, clock, events);
}

class Visitor extends Prelude {
  readonly #options: DoorOptions;
  readonly #events: DoorEvents;
  readonly #late: Timer;

  constructor(connection: Connection, options: DoorOptions, clock: Clock, events: DoorEvents) {
    super(() => connection);
    this.#options = options;
    this.#events = events;
    const { handshakeTimeout, proxyProtocol } = options;
    const { address, port } = connection.remote;
    this.#late = deadline(clock, handshakeTimeout, () =>
      this.breakOff(new Error(`Cannot serve ${hostAndPort(address, port)}: it has not said who it is within ${handshakeTimeout} ms`)),
    );
    if (proxyProtocol) connection.resume();
    else this.begin();
  }

  protected override read(bytes: Buffer): number | undefined {
    const header = parseProxyHeader(bytes);
    if (header === undefined) return undefined;
    this.finish(header.destination, header.source);
    return header.length;
  }

  protected override ready(): void {
    const { tls } = this.#options;
    if (tls === undefined) this.#enter(undefined);
    else this.secure(tls);
  }

  override secured(what: Secured): void {
    if (this.events !== undefined) super.secured(what);
    else {
      this.pause();
      this.#enter(what);
    }
  }

  protected override broken(error: Error | undefined): void {
    this.#late.cancel();
    const { address, port } = this.remote;
    this.#events.fails(error ?? new Error(`Cannot serve ${hostAndPort(address, port)}: it went away before it had said who it is`));
  }

  #enter(secured: Secured | undefined): void {
    this.#late.cancel();
    this.events = this.#events.enters(this, secured);
  }
}

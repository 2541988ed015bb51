// SPDX-License-Identifier: Apache-2.0
// What becomes of a server's connections before a protocol gets them.
import type { Connection, ConnectionEvents, Endpoint, Secured, Security, System } from "../axon/index.ts";
import { ConnectedSocketAdapter, type ConnectedSocketAdapterOptions } from "./ConnectedSocketAdapter.ts";
import { type DoorOptions, letIn } from "./door.ts";
import { checkSecurity } from "./node/security.ts";
import type { TCPServerOptions } from "./TCPServer.ts";

/** What is done with each connection. */
export interface ReceptionOptions {
  readonly adapter: ConnectedSocketAdapterOptions;
  /** What has to be said first; undefined: nothing. */
  readonly door: DoorOptions | undefined;
  readonly limit: number;
  /** Of connections from one address. */
  readonly limitPerAddress: number;
}

/** What the reception tells. */
export interface ReceptionEvents {
  enters(csa: ConnectedSocketAdapter, connection: Connection, secured: Secured | undefined): void;
  leaves(csa: ConnectedSocketAdapter): void;
  refused(error: Error, peer: Endpoint): void;
}

/** @throws Error when a certificate or a key cannot be read */
export function receptionOf(options: TCPServerOptions): ReceptionOptions {
  const {
    tls,
    startTLS = tls,
    proxyProtocol = false,
    handshakeTimeout = 10_000,
    idleTimeout,
    patience,
    limit = Infinity,
    limitPerAddress = Infinity,
  } = options;
  const first: Security | undefined = tls && { ...tls, side: "server" };
  const later: Security | undefined = startTLS && { ...startTLS, side: "server" };
  for (const one of [first, later]) if (one !== undefined) checkSecurity(one);
  const adapter = {
    handshakeTimeout,
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
    ...(patience === undefined ? {} : { patience }),
    ...(later === undefined ? {} : { startTLS: later }),
  };
  return {
    adapter,
    limit,
    limitPerAddress,
    door: proxyProtocol || first !== undefined ? { tls: first, proxyProtocol, handshakeTimeout } : undefined,
  };
}

/** Counts connections, and makes adapters for them. */
export class Reception {
  readonly #system: System;
  readonly #options: ReceptionOptions;
  readonly #events: ReceptionEvents;
  #present = 0;
  /** How many are from an address, if there is a limit of that. */
  readonly #from: Map<string, number> | undefined;
  /** From which address they are. */
  readonly #whence: Map<ConnectedSocketAdapter, string> = new Map();

  constructor(system: System, options: ReceptionOptions, events: ReceptionEvents) {
    this.#system = system;
    this.#options = options;
    this.#events = events;
    this.#from = options.limitPerAddress < Infinity ? new Map() : undefined;
  }

  receive(connection: Connection): ConnectionEvents {
    const { door } = this.#options;
    const { address } = connection.remote;
    const why = this.#noRoomFor(address);
    if (why !== undefined) {
      queueMicrotask(() => connection.abort());
      this.#events.refused(new Error(`Cannot take another connection: ${why} already, and no more are allowed`), connection.remote);
      return NOBODY;
    }
    this.#count(address, 1);
    if (door === undefined) return this.#enter(connection, undefined, address);
    return letIn(connection, door, this.#system.clock, {
      enters: (through, secured) => this.#enter(through, secured, address),
      fails: (error) => {
        this.#count(address, -1);
        this.#events.refused(error, connection.remote);
      },
    });
  }

  #noRoomFor(address: string): string | undefined {
    const { limit, limitPerAddress } = this.#options;
    if (this.#present >= limit) return `there are ${limit}`;
    return (this.#from?.get(address) ?? 0) >= limitPerAddress ? `there are ${limitPerAddress} from ${address}` : undefined;
  }

  #count(address: string, change: 1 | -1): void {
    this.#present += change;
    if (this.#from === undefined) return;
    const now = (this.#from.get(address) ?? 0) + change;
    if (now > 0) this.#from.set(address, now);
    else this.#from.delete(address);
  }

  #enter(connection: Connection, secured: Secured | undefined, address: string): ConnectionEvents {
    const csa = new ServedAdapter(this, connection, this.#options.adapter);
    if (this.#from !== undefined) this.#whence.set(csa, address);
    this.#events.enters(csa, connection, secured);
    return csa.events;
  }

  /** @internal */
  leave(csa: ConnectedSocketAdapter): void {
    this.#count(this.#whence.get(csa) ?? "", -1);
    this.#whence.delete(csa);
    this.#events.leaves(csa);
  }
}

/** Tells the reception when its connection is closed. */
class ServedAdapter extends ConnectedSocketAdapter {
  readonly #reception: Reception;
  #left = false;

  constructor(reception: Reception, connection: Connection, options: ConnectedSocketAdapterOptions) {
    super(connection, options);
    this.#reception = reception;
  }

  override get kind(): Function {
    return ConnectedSocketAdapter;
  }

  override onClosed(error?: Error): void {
    super.onClosed(error);
    if (this.#left) return;
    this.#left = true;
    this.#reception.leave(this);
  }
}

const NOBODY: ConnectionEvents = { opened() {}, data() {}, ended() {}, drained() {}, finished() {}, closed() {} };

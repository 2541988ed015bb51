// SPDX-License-Identifier: Apache-2.0

/** One end of a connection or of a datagram. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What a connection tells whoever opened it. */
export interface ConnectionEvents {
  opened?(): void;
  data(bytes: Uint8Array): void;
  /** The other side has no more to send; we still may. */
  ended(): void;
  /** What was written has left; there is room again. */
  drained(): void;
  /** Exactly once, and the last call. `error` says why, when it was not orderly. */
  closed(error?: Error): void;
}

/** A stream of bytes to and from somebody. */
export interface Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Sends these pieces, in one system call where possible. False: there is no more room, wait for `drained`. */
  write(pieces: readonly Uint8Array[]): boolean;
  /** Sends what was written, then says that nothing follows. */
  end(): void;
  /** Closes at once; what was not sent is lost. */
  abort(): void;
  /** Stops reading, so that the sender's window closes. */
  pause(): void;
  resume(): void;
}

/** What a listener tells. */
export interface ListenerEvents {
  listening(local: Endpoint): void;
  /** A connection came; answer what it is to be told. */
  accepted(connection: Connection): ConnectionEvents;
  closed(error?: Error): void;
}

/** Waits for connections. */
export interface Listener {
  close(): void;
}

/** A socket for datagrams. */
export interface DatagramSocket {
  readonly local: Endpoint;
  send(bytes: Uint8Array, to: Endpoint): void;
  join(group: string, from?: { readonly source?: string; readonly interface?: string }): void;
  leave(group: string, from?: { readonly source?: string; readonly interface?: string }): void;
  close(): void;
}

/** What a socket for datagrams tells. */
export interface DatagramEvents {
  bound(local: Endpoint): void;
  received(bytes: Uint8Array, from: Endpoint): void;
  closed(error?: Error): void;
}

/** Where a system's components reach others: the real network, or a simulated one. Components never use sockets of the runtime themselves. */
export interface Network {
  connect(to: { readonly host: string; readonly port: number }, events: ConnectionEvents): Connection;
  listen(at: { readonly host: string; readonly port: number; readonly backlog?: number }, events: ListenerEvents): Listener;
  datagram(at: { readonly host: string; readonly port: number }, events: DatagramEvents): DatagramSocket;
}

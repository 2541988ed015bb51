// SPDX-License-Identifier: Apache-2.0

/** One end of a connection. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What a connection tells whoever it belongs to. */
export interface ConnectionEvents {
  /** It is open. Not called for connections that came to a listener: they are open already. */
  opened(): void;
  data(bytes: Uint8Array): void;
  /** The other side has no more to send; we still may. */
  ended(): void;
  /** There was no room in `write`; now there is. */
  drained(): void;
  /** After `end`: all that was written has left, and so has the word that nothing follows. */
  finished(): void;
  /** The last call, exactly one. `error` says why, when it was not orderly. */
  closed(error?: Error): void;
}

/** A stream of bytes to and from somebody. What is asked of one that is closed is not done. */
export interface Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Sends these pieces, in one system call where that is possible. False: there is no room for more before `drained`. */
  write(pieces: readonly Uint8Array[]): boolean;
  /** Sends what was written, then says that nothing follows. */
  end(): void;
  /** Closes at once, in both directions. What has not left yet is lost, and the other side sees a reset, unless `finished` was called before. */
  abort(): void;
  /** Stops reading, so that the sender's window closes. */
  pause(): void;
  resume(): void;
}

/** What a listener tells whoever it belongs to. */
export interface ListenerEvents {
  listening(local: Endpoint): void;
  /** A connection came. It reads nothing before `resume`. Answer whom to tell about it. */
  accepted(connection: Connection): ConnectionEvents;
  /** The last call, exactly one. `error` says why, when it was not asked for. */
  closed(error?: Error): void;
}

/** Waits for connections. */
export interface Listener {
  /** Takes no more connections. Those that came stay. `closed` follows. */
  close(): void;
}

/**
 * Where a system's components reach others: the real network, or a simulated one. Components never use sockets of the runtime themselves.
 * Nothing is told before the call has returned: all that happens, and all that goes wrong, comes through the events.
 * Only what can never be right is thrown: a port that is none, as a RangeError.
 */
export interface Network {
  connect(to: { readonly host: string; readonly port: number }, events: ConnectionEvents): Connection;
  listen(at: { readonly host: string; readonly port: number }, events: ListenerEvents): Listener;
}

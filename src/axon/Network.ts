// SPDX-License-Identifier: Apache-2.0

/** One end of a connection, or of a datagram. A unix socket has its path (or "") as its address, and port 0. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** A place to connect to or to listen at: a host, by name or address, and a port; or the path of a unix socket. */
export type Place =
  | { readonly host: string; readonly port: number; readonly path?: undefined }
  | { readonly path: string; readonly host?: undefined; readonly port?: undefined };

/** How a stream behaves. */
export interface StreamOptions {
  /** Sends small pieces at once, instead of waiting for the answer to the one before. Default true. */
  readonly noDelay?: boolean;
  /**
   * Milliseconds of silence after which the other side is asked whether it is still there. On a real network they are rounded up to seconds, of which
   * there may be 32,767. Default: it is never asked.
   */
  readonly keepAlive?: number;
}

/** How to connect. */
export interface ConnectOptions extends StreamOptions {
  /** The address of ours to connect from. Default: the network chooses. */
  readonly localAddress?: string;
  /** The port of ours to connect from. Default: any free one. */
  readonly localPort?: number;
  /** Only addresses of this kind. Default: both, and the first that answers is taken. */
  readonly family?: 4 | 6;
}

/** How to listen. */
export interface ListenOptions extends StreamOptions {
  /** Connections that may wait to be accepted. Default 511. */
  readonly backlog?: number;
  /** On "::": IPv6 only. Default false: IPv4, too. */
  readonly ipv6Only?: boolean;
  /** Several processes listen on this port, and each connection comes to one of them. All of them must ask for it. Default false. */
  readonly reusePort?: boolean;
}

/** PEM text, or the bytes of it; or several. */
export type PEM = string | Uint8Array | readonly (string | Uint8Array)[];

/** Who we are, for TLS. */
export interface Identity {
  /** The certificate, and those between it and the authority. */
  readonly cert?: PEM;
  /** The private key. */
  readonly key?: PEM;
  /** What the private key is encrypted with. */
  readonly passphrase?: string;
}

/** What both sides of TLS may ask for. */
export interface SecurityOptions extends Identity {
  /** Authorities to trust. Default: those the runtime trusts. */
  readonly ca?: PEM;
  /** Protocols to offer (ALPN), the dearest first. Default: none. */
  readonly alpn?: readonly string[];
  /** The oldest version to speak. Default "TLSv1.2". */
  readonly minVersion?: "TLSv1.2" | "TLSv1.3";
}

/** How to be the client of TLS. */
export interface ClientSecurity extends SecurityOptions {
  /** The name that is asked for (SNI) and that the certificate must be for. Default: the host that was connected to. */
  readonly serverName?: string;
  /** Whether a server that cannot prove who it is, is refused. Default true; false is for tests only. */
  readonly verify?: boolean;
}

/** How to be the server of TLS. */
export interface ServerSecurity extends SecurityOptions {
  /** Other identities, by the name that a client asks for (SNI). `*.example.org` is for all names of one more part. */
  readonly names?: Readonly<Record<string, Identity>>;
  /** Whether clients must show a certificate of one of the authorities in `ca`, which then has to be given. "ask": they may. Default: they are not asked. */
  readonly clientCertificates?: "require" | "ask";
}

/** Which side of TLS to be, and how. */
export type Security = ({ readonly side: "client" } & ClientSecurity) | ({ readonly side: "server" } & ServerSecurity);

/** What TLS agreed on. */
export interface Secured {
  /** "TLSv1.3" … */
  readonly protocol: string;
  readonly cipher: string;
  /** The protocol that was chosen (ALPN), if any. */
  readonly alpn: string | undefined;
  /** The name that the client asked for (SNI), if any. */
  readonly serverName: string | undefined;
  /** Whom the other side's certificate is for (its common name), if it showed one that we trust. */
  readonly peer: string | undefined;
}

/** What a connection tells whoever it belongs to. */
export interface ConnectionEvents {
  /** It is open. Not called for connections that came to a listener: they are open already. */
  opened(): void;
  /** It is encrypted from here on: what `secure` asked for. */
  secured?(what: Secured): void;
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

/** A stream of bytes to and from somebody. Before it is open only `abort` may be asked of it. What is asked of one that is closed is not done. */
export interface Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Sends these pieces, in one system call where that is possible. False: there is no room for more before `drained`. */
  write(pieces: readonly Uint8Array[]): boolean;
  /**
   * Begins TLS on the open connection, after what was written; what is written from now on is encrypted. `secured` follows, or `closed` with an error.
   * `early`: bytes that came already, and are the other side's first of TLS.
   */
  secure(how: Security, early?: Uint8Array): void;
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
  /** A connection could not be taken: there are too many open files, or no memory. It goes on listening. */
  troubled?(error: Error): void;
  /** The last call, exactly one. `error` says why, when it was not asked for. */
  closed(error?: Error): void;
}

/** Waits for connections. */
export interface Listener {
  /** Takes no more connections. Those that came stay. `closed` follows. */
  close(): void;
}

/** Of which datagrams to a group one wants to hear. */
export interface Membership {
  /** Only what this address sends (source-specific multicast). Default: what anybody sends. */
  readonly source?: string;
  /** The address (IPv6: its name, after a %) of the interface on which to listen. Default: the network chooses. */
  readonly interface?: string;
}

/** How to send and receive datagrams. */
export interface DatagramOptions {
  /** Several sockets may have this address and port: each gets what comes to a group, one of them what comes to an address. Default false. */
  readonly reuseAddress?: boolean;
  /** Several processes share this port, and each datagram comes to one of them. Default false. */
  readonly reusePort?: boolean;
  /** On "::": IPv6 only. Default false: IPv4, too. */
  readonly ipv6Only?: boolean;
  /** Only to and from here. It is then told when nobody is there. Default: to and from anybody. */
  readonly peer?: { readonly host: string; readonly port: number };
  /** May send to broadcast addresses. Default false. */
  readonly broadcast?: boolean;
  /** Routers that a datagram to an address may pass, 1 to 255. Default: the network's, usually 64. */
  readonly ttl?: number;
  /** Routers that a datagram to a group may pass, 0 to 255. Default 1: none. */
  readonly multicastTTL?: number;
  /** The address (IPv6: its name, after a %) of the interface through which to send to groups. Default: the network chooses. */
  readonly multicastInterface?: string;
  /** Whether sockets of this machine get what is sent to groups, too. Default true. */
  readonly multicastLoopback?: boolean;
  /** Groups to join at once. If one cannot be joined, the socket is closed. */
  readonly groups?: readonly ({ readonly group: string } & Membership)[];
  /** Bytes that may wait to be received. Default: the network's. */
  readonly receiveBuffer?: number;
  /** Bytes that may wait to be sent. Default: the network's. */
  readonly sendBuffer?: number;
}

/** What a datagram socket tells whoever it belongs to. */
export interface DatagramEvents {
  /** It has its address, and has joined its groups. */
  opened(local: Endpoint): void;
  received(bytes: Uint8Array, from: Endpoint): void;
  /** There was no room in `send`; now there is. */
  drained(): void;
  /** A datagram could not be sent (it is too large, nobody is there, there is no way), or a group not be joined or left. The socket goes on. */
  failed(error: Error, to?: Endpoint): void;
  /** The last call, exactly one. `error` says why, when it was not asked for. */
  closed(error?: Error): void;
}

/** Sends and receives datagrams: each arrives whole or not at all, perhaps twice, and in any order. What is asked of one that is closed is not done. */
export interface DatagramSocket {
  /** Known once it is opened. */
  readonly local: Endpoint;
  /** Datagrams that came while there was no room for them, as far as the network counts them. */
  readonly lost: number;
  /** Sends one datagram; without `to`, to the `peer`. False: there is no room for more before `drained`. */
  send(bytes: Uint8Array, to?: Endpoint): boolean;
  /** Hears what is sent to this group, from now on. */
  join(group: string, membership?: Membership): void;
  /** Hears it no longer. To be called with what `join` was called with. */
  leave(group: string, membership?: Membership): void;
  /** Hands over no more. What comes meanwhile waits as far as there is room; the rest is lost. */
  pause(): void;
  resume(): void;
  /** What was sent leaves; `closed` follows. */
  close(): void;
}

/**
 * Where a system's components reach others: the real network, or a simulated one. Components never use sockets of the runtime themselves.
 * Nothing is told before the call has returned: all that happens, and all that goes wrong, comes through the events.
 * Only what can never be right is thrown: a port that is none, as a RangeError.
 */
export interface Network {
  connect(to: Place, events: ConnectionEvents, options?: ConnectOptions): Connection;
  listen(at: Place, events: ListenerEvents, options?: ListenOptions): Listener;
  /** Opens a datagram socket at an address of ours. Port 0: any free one. "0.0.0.0" and "::" are all addresses of ours. */
  bind(at: { readonly host: string; readonly port: number }, events: DatagramEvents, options?: DatagramOptions): DatagramSocket;
}

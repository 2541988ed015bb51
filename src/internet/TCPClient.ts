// SPDX-License-Identifier: Apache-2.0
import {
  type ClientSecurity,
  type Component,
  type ConnectOptions,
  type Main,
  type Network,
  type Place,
  producerFinished,
  type Security,
  settled,
  sleep,
  type Connection,
} from "../axon/index.ts";
import { ConnectedSocketAdapter, type ConnectionInboxes, type ConnectionOutboxes } from "./ConnectedSocketAdapter.ts";
import { isIP, nameOf } from "./node/explained.ts";
import { checkSecurity } from "./node/security.ts";
import { networkOf } from "./NodeNetwork.ts";
import { checkGiven, checkStream } from "./options.ts";
import { checkTimes, deadline } from "./patience.ts";
import { checkPort, placeOf } from "./ports.ts";
import { makeProxyHeader, type ProxyHeaderOptions } from "./proxyHeader.ts";
import { checkProxy, type Proxy, throughProxy } from "./proxies.ts";

/** Whom to connect to, and how. */
export interface TCPClientOptions extends ConnectOptions {
  /** A name or an address. */
  readonly host?: string;
  readonly port?: number;
  /** A unix socket, instead of host and port. */
  readonly path?: string;
  /** Milliseconds to wait before connecting. Default 0. */
  readonly delay?: number;
  /** Milliseconds the connection may take to open. Default 60,000. */
  readonly connectTimeout?: number;
  /** TLS from the beginning; `true` is the same as `{}`: the server must prove that it is `host`. Default false. */
  readonly tls?: ClientSecurity | boolean;
  /** How to speak TLS when a message to "makessl" asks for it. Default: as `tls` says, or `{}`. */
  readonly startTLS?: ClientSecurity;
  /** Milliseconds that TLS may take to begin. Default 10,000. */
  readonly handshakeTimeout?: number;
  /** Milliseconds without a byte either way after which the connection is closed. Default: it may be idle for ever. */
  readonly idleTimeout?: number;
  /** Milliseconds the server gets to close, too, after it was sent all there was. Default 30,000. */
  readonly patience?: number;
  /** After producerFinished, leaves our side open until the server closes: for servers that take our end for our going away. Default false. */
  readonly waitForServerClose?: boolean;
  /** A proxy to connect through. Default: none. */
  readonly proxy?: Proxy;
  /** What to tell a server that wants to know for whom we connect (PROXY protocol). Default: nothing. */
  readonly proxyProtocol?: ProxyHeaderOptions;
}

/**
 * Connects to a server: bytes on its inbox are sent, bytes received leave from its outbox. What comes before the connection is open waits.
 * Of a name with several addresses, IPv6 and IPv4, the one that answers first is taken.
 *
 * producerFinished sends what is in the inbox, says that nothing follows, and waits for the server to close; shutdownMicroprocess closes at once. When the
 * server has no more to send, the client sends what is in its inbox, and closes, too.
 *
 * A message to "makessl" begins TLS in band; "sslready" says when it has begun. A server that cannot prove who it is, is refused.
 *
 * It signals exactly once, when all is over: producerFinished after an orderly end; shutdownMicroprocess, with an Error that says why as its message, when it
 * cannot connect or the connection breaks.
 *
 * @throws RangeError for a port, an address, a path or a time that there cannot be
 * @throws TypeError when it is told neither a host and a port nor a path, or both
 * @throws Error when a certificate or a key cannot be read
 * @example
 * await Pipeline(Feed([Buffer.from("hello")]), TCPClient({ host: "127.0.0.1", port: 1500 }), ConsoleEchoer()).run();
 */
export function TCPClient(options: TCPClientOptions): Component<ConnectionInboxes, ConnectionOutboxes> {
  return new TCPClientComponent(options);
}

/** @throws as TCPClient does. @internal */
export function checkClient(options: TCPClientOptions): { place: Place; tls: Security | undefined; startTLS: Security } {
  checkGiven("connect", options, "a host and a port, or a path");
  const { delay, connectTimeout, handshakeTimeout, idleTimeout, patience, proxy, proxyProtocol, localAddress, localPort } = options;
  const place = placeOf("connect to", options, 1);
  checkStream(`connect to ${nameOf(place)}`, options);
  checkTimes(`connect to ${nameOf(place)}`, { delay, connectTimeout, handshakeTimeout, idleTimeout, patience });
  if (localPort !== undefined) checkPort(`connect to ${nameOf(place)} from port ${localPort}`, localPort, 0);
  if (localAddress !== undefined && isIP(localAddress) === 0)
    throw new RangeError(`Cannot connect to ${nameOf(place)} from ${localAddress}: give an address of this machine, like 127.0.0.1`);
  if (proxy !== undefined) checkProxy(proxy, place);
  if (proxyProtocol !== undefined) makeProxyHeader(proxyProtocol);
  return { place, ...securityOf(options) };
}

class TCPClientComponent extends ConnectedSocketAdapter {
  readonly #options: TCPClientOptions;
  readonly #place: Place;
  readonly #tls: Security | undefined;
  #goOn: () => void = () => {};
  /** All was sent, and now it is the server who is to close. */
  #waiting = false;

  constructor(options: TCPClientOptions) {
    const { place, tls, startTLS } = checkClient(options);
    const { handshakeTimeout, idleTimeout, patience } = options;
    super(undefined, {
      startTLS,
      ...(handshakeTimeout === undefined ? {} : { handshakeTimeout }),
      ...(idleTimeout === undefined ? {} : { idleTimeout }),
      ...(patience === undefined ? {} : { patience }),
    });
    this.#options = options;
    this.#place = place;
    this.#tls = tls;
  }

  override get kind(): Function {
    return TCPClient;
  }

  override *main(): Main {
    const { delay = 0, proxyProtocol } = this.#options;
    try {
      if (delay > 0) yield sleep(delay);
      if (this.toldToStop) return;
      yield* this.#connect();
      if (proxyProtocol !== undefined) this.connection?.write([makeProxyHeader(proxyProtocol)]);
      if (this.#tls !== undefined && !this.toldToStop) yield* this.secure(this.#tls);
      if (!this.toldToStop) yield* super.main();
    } finally {
      this.refuse();
      this.signalOnce(this.shutdown ?? producerFinished());
    }
  }

  *#connect(): Main {
    const { connectTimeout = 60_000 } = this.#options;
    const opening = new Promise<void>((resolve) => (this.#goOn = resolve));
    this.connection = this.#network().connect(this.#place, this.events, this.#options);
    const timer = deadline(this.system.clock, connectTimeout, () => {
      this.refuse();
      this.onClosed(new Error(`Cannot connect to ${nameOf(this.#place)}: no answer within ${connectTimeout} ms`));
    });
    try {
      yield* settled(opening);
    } finally {
      timer.cancel();
    }
  }

  #network(): Network {
    const { proxy } = this.#options;
    return proxy === undefined ? networkOf(this) : throughProxy(networkOf(this), proxy);
  }

  protected override mayBeginTLS(): boolean {
    return true;
  }

  protected override sayThatNothingFollows(connection: Connection): void {
    if (this.#options.waitForServerClose === true && !this.otherSideHasEnded) this.#waiting = true;
    else connection.end();
  }

  override onOpened(): void {
    this.#goOn();
  }

  /** A server that has no more to say has gone; what it was still to be told is sent, and we close, too. */
  override onEnded(): void {
    if (this.#waiting) this.connection?.end();
    this.stop(producerFinished("the server has no more to send"));
  }
}

function securityOf({ tls = false, startTLS, host = "localhost" }: TCPClientOptions): { tls: Security | undefined; startTLS: Security } {
  const first: Security | undefined = tls === false ? undefined : { serverName: host, ...(tls === true ? {} : tls), side: "client" };
  const later: Security =
    startTLS === undefined ? (first ?? { serverName: host, side: "client" }) : { serverName: host, ...startTLS, side: "client" };
  if (first !== undefined) checkSecurity(first);
  if (startTLS !== undefined) checkSecurity(later);
  return { tls: first, startTLS: later };
}

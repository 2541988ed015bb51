// SPDX-License-Identifier: Apache-2.0
import {
  type Component,
  component,
  type Connection,
  type ConnectionEvents,
  type Endpoint,
  type ListenOptions,
  producerFinished,
  type Secured,
  type ServerSecurity,
} from "../axon/index.ts";
import type { ConnectedSocketAdapter } from "./ConnectedSocketAdapter.ts";
import { nameOf } from "./node/explained.ts";
import { networkOf } from "./NodeNetwork.ts";
import { checkGiven, checkLimit, checkStream } from "./options.ts";
import { checkTimes } from "./patience.ts";
import { placeOf } from "./ports.ts";
import { Reception, receptionOf } from "./reception.ts";

/** Where to listen, and how. */
export interface TCPServerOptions extends ListenOptions {
  /** 0: any free port; the outbox "listening" says which. */
  readonly port?: number;
  /** An address of this machine; "::" is all of them, IPv6 and IPv4. Default: 127.0.0.1, so that nobody else can connect. */
  readonly host?: string;
  /** A unix socket, instead of host and port. Its file is made, and removed at the end. */
  readonly path?: string;
  /** Connections at once; who comes when there are so many is closed. Default: no limit. */
  readonly limit?: number;
  /** Connections at once from one address (that of the proxy, if one is in front). Default: no limit. */
  readonly limitPerAddress?: number;
  /** TLS from the beginning. Default: none. */
  readonly tls?: ServerSecurity;
  /** How to speak TLS when a protocol asks for it, with a message from its outbox "makessl". Default: as `tls` says. */
  readonly startTLS?: ServerSecurity;
  /** Whether a proxy in front says first for whom it connects (PROXY protocol, versions 1 and 2). Nobody else must be able to connect then. Default false. */
  readonly proxyProtocol?: boolean;
  /** Milliseconds that TLS may take to begin, and a proxy to say what it has to. Default 10,000. */
  readonly handshakeTimeout?: number;
  /** Milliseconds without a byte either way after which a connection is closed. Default: it may be idle for ever. */
  readonly idleTimeout?: number;
  /** Milliseconds a client gets to close, too, after it was sent all there was. Default 30,000. */
  readonly patience?: number;
}

/** A connection came. Its adapter is to be linked, made a child of somebody, and activated; until then it reads nothing. */
export interface NewCSA {
  readonly type: "newCSA";
  readonly csa: ConnectedSocketAdapter;
  readonly peer: Endpoint;
  readonly local: Endpoint;
  /** What TLS agreed on, if it begins with it. */
  readonly secured?: Secured;
}

/** A connection is closed. */
export interface ShutdownCSA {
  readonly type: "shutdownCSA";
  readonly csa: ConnectedSocketAdapter;
}

/** A connection that was not taken. */
export interface Refusal {
  /** Unknown when it could not even be accepted. */
  readonly peer: Endpoint | undefined;
  readonly error: Error;
}

type TCPServerOutboxes = { protocolHandlerSignal: NewCSA | ShutdownCSA; listening: Endpoint; refused: Refusal };

/**
 * Listens, and makes a {@link ConnectedSocketAdapter} for each connection. {@link ServerCore} gives them protocols. If its outbox is not linked,
 * connections are closed at once. When it is told to stop it takes no more connections; those that came stay.
 *
 * @throws RangeError for a port, a limit or a time that there cannot be
 * @throws TypeError when it is told neither a port nor a path, or to speak TLS without a certificate
 * @throws Error when it cannot listen (the port is in use, or not allowed), or when a certificate or a key cannot be read
 * @example
 * const server = TCPServer({ port: 0 });
 * tap(server.outboxes.listening, ({ port }) => console.log(`listening on port ${port}`));
 * await server.run(); // until it is stopped
 */
export function TCPServer(options: TCPServerOptions): Component<{}, TCPServerOutboxes> {
  checkGiven("listen", options, "a port, or a path");
  const { port, path, limit = Infinity, limitPerAddress = Infinity, idleTimeout, patience, handshakeTimeout } = options;
  const { host = path === undefined ? "127.0.0.1" : undefined } = options;
  const place = placeOf("listen on", { host, port, path }, 0);
  checkLimit("limit", limit);
  checkLimit("limitPerAddress", limitPerAddress);
  checkStream(`listen on ${nameOf(place)}`, options);
  checkTimes("listen", { idleTimeout, patience, handshakeTimeout });
  const how = receptionOf(options);
  return component(TCPServer, {
    outboxes: {
      protocolHandlerSignal: "each connection, when it comes, and when it is closed",
      listening: "the address, once it listens",
      refused: "each connection that was not taken, and why",
    },
    *main({ control }, { protocolHandlerSignal, listening, refused }, self) {
      let failure: Error | undefined;
      const enters = (csa: ConnectedSocketAdapter, { remote, local }: Connection, secured?: Secured): void => {
        const known = secured === undefined ? {} : { secured };
        if (protocolHandlerSignal.linked) protocolHandlerSignal.send({ type: "newCSA", csa, peer: remote, local, ...known });
        else csa.refuse();
      };
      const leaves = (csa: ConnectedSocketAdapter): void => protocolHandlerSignal.send({ type: "shutdownCSA", csa });
      const refuse = (error: Error, peer?: Endpoint): void => refused.send({ peer, error });
      const reception = new Reception(self.system, how, { enters, leaves, refused: refuse });
      const closed = (error?: Error): void => {
        failure = error;
        self.stop(producerFinished());
      };
      const done = self.system.expect(`connections to ${nameOf(place)}`);
      const accepted = (connection: Connection): ConnectionEvents => reception.receive(connection);
      const told = { listening: (at: Endpoint) => listening.send(at), accepted, troubled: refuse, closed };
      const listener = networkOf(self).listen(place, told, options);
      try {
        yield control;
        if (failure !== undefined) throw failure;
      } finally {
        listener.close();
        done();
      }
    },
  });
}

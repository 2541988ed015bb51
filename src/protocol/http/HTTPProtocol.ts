// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../../axon/index.ts";
import type { Peer } from "../../internet/index.ts";
import { HTTPServerComponent } from "./connection.ts";
import type { Handler } from "./handlers.ts";
import { EitherHTTP } from "./http2/eitherHTTP.ts";
import { HTTP2ServerComponent } from "./http2/HTTP2Server.ts";
import { HTTPServer, settle } from "./HTTPServer.ts";
import type { Sides } from "./messages.ts";
import { requestHandlers, type Routing } from "./routing.ts";
import type { HTTPServerOptions, Settled } from "./serverOptions.ts";

/** Makes the component for a connection. */
export type HTTPConnections = (peer?: Peer) => Component<{ inbox: Uint8Array }, { outbox: Uint8Array }>;

/**
 * A protocol for `ServerCore` and `SimpleServer`: each connection gets an {@link HTTPServer} that knows who is at its other end, and whether it is encrypted.
 * Where TLS agreed on "h2" (ALPN), it is an {@link HTTP2Server}; the handlers are the same.
 *
 * @param handler a handler, or a list of handlers by the beginning of the path; see {@link requestHandlers}
 * @throws as HTTPServer does
 * @example
 * await ServerCore({ port: 8000, protocol: HTTPProtocol([["/hello", () => "Hello"], ["/", MinimalFactory({ homedirectory: "htdocs" })]]) }).run(); // until it is stopped
 */
export function HTTPProtocol(handler: Handler | Routing, options: HTTPServerOptions = {}): HTTPConnections {
  return connections(handler, options);
}

/** As HTTPProtocol; tells when a connection begins and ends. @internal */
export function connections(handler: Handler | Routing, options: HTTPServerOptions, opened?: Settled["opened"]): HTTPConnections {
  const settings = settle(options, opened);
  const answer = typeof handler === "function" ? handler : requestHandlers(handler);
  return (peer) => {
    const { secured } = peer ?? {};
    const own = peer === undefined ? settings : { ...settings, sides: sidesOf(peer), secure: settings.secure || secured !== undefined };
    const one = (): HTTPServerComponent => new HTTPServerComponent(HTTPServer, answer, own);
    const two = (): HTTP2ServerComponent => new HTTP2ServerComponent(answer, own);
    if (secured !== undefined) return secured.alpn === "h2" ? two() : one();
    return settings.http2 === "plain" ? new EitherHTTP(one, two) : one();
  };
}

function sidesOf({ address, port, local }: Peer): Sides {
  return { peer: address, peerport: port, localip: local.address, localport: local.port };
}

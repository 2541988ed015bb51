// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../../axon/index.ts";
import type { Peer } from "../../internet/index.ts";
import { HTTPServerComponent } from "./connection.ts";
import type { Handler } from "./handlers.ts";
import { HTTPServer, settle } from "./HTTPServer.ts";
import { requestHandlers, type Routing } from "./routing.ts";
import type { HTTPServerOptions, Settled } from "./serverOptions.ts";

/** Makes the component for a connection. */
export type HTTPConnections = (peer?: Peer) => Component<{ inbox: Uint8Array }, { outbox: Uint8Array }>;

/**
 * A protocol for `ServerCore` and `SimpleServer`: each connection gets an {@link HTTPServer} that knows who is at its other end, and whether it is encrypted.
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
    if (peer === undefined) return new HTTPServerComponent(HTTPServer, answer, settings);
    const { address, port, local, secured } = peer;
    const sides = { peer: address, peerport: port, localip: local.address, localport: local.port };
    return new HTTPServerComponent(HTTPServer, answer, { ...settings, sides, secure: settings.secure || secured !== undefined });
  };
}

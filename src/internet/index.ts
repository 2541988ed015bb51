// SPDX-License-Identifier: Apache-2.0
/**
 * TCP servers and clients.
 *
 * @module
 */
export { ConnectedSocketAdapter, type ConnectedSocketAdapterOptions } from "./ConnectedSocketAdapter.ts";
export { networkOf, NodeNetwork } from "./NodeNetwork.ts";
export { type Peer, type Protocol, type ProtocolFailure, ServerCore, type ServerOptions, type ServerOutboxes } from "./ServerCore.ts";
export { SimpleServer, type SimpleServerOptions } from "./SimpleServer.ts";
export { TCPClient, type TCPClientOptions } from "./TCPClient.ts";
export { type NewCSA, type ShutdownCSA, TCPServer, type TCPServerOptions } from "./TCPServer.ts";

// SPDX-License-Identifier: Apache-2.0
/**
 * TCP servers and clients.
 *
 * @module
 */
export { ConnectedSocketAdapter } from "./ConnectedSocketAdapter.ts";
export { networkOf, NodeNetwork } from "./NodeNetwork.ts";
export { type Peer, type Protocol, type ProtocolFailure, ServerCore, type ServerOptions } from "./ServerCore.ts";
export { SimpleServer, type SimpleServerOptions } from "./SimpleServer.ts";
export { TCPClient, type TCPClientOptions } from "./TCPClient.ts";
export { type NewCSA, TCPServer, type TCPServerOptions } from "./TCPServer.ts";

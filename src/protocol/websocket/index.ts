// SPDX-License-Identifier: Apache-2.0
/**
 * WebSocket clients, RFC 6455, in Node.js and in browsers. Servers are in `kamaelia/protocol/http`.
 *
 * @module
 */
export type { CompressionOptions } from "./deflate.ts";
export type { Reconnect, WebSocketClientInboxes, WebSocketClientOptions, WebSocketClientOutboxes } from "./clientOptions.ts";
export type { WebSocketClose, WebSocketClosed, WebSocketMessage, WebSocketOpened, WebSocketPiece, WebSocketSent } from "./messages.ts";
export type { WebSocketOptions } from "./options.ts";
export { WebSocketClient } from "./WebSocketClient.ts";

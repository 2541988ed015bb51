// SPDX-License-Identifier: Apache-2.0

/** What a WebSocket carries: text or bytes. */
export type WebSocketMessage = string | Uint8Array;

/** A piece of a message that is too long to be held whole. All pieces of one are text, or all are bytes. */
export interface WebSocketPiece {
  readonly data: WebSocketMessage;
  /** Whether more of the message follows. */
  readonly more: boolean;
}

/** Closes the connection, after what was sent before. */
export interface WebSocketClose {
  /** 1000 to 1014, but for 1004 to 1006, or 3000 to 4999, RFC 6455 7.4. */
  readonly close: number;
  /** Why, in up to 123 bytes of UTF-8; the rest is cut off. Default: nothing is said. */
  readonly reason?: string;
}

/** What may be sent through a WebSocket. */
export type WebSocketSent = WebSocketMessage | WebSocketPiece | WebSocketClose;

/** How a connection was closed. */
export interface WebSocketClosed {
  /** What the other side said. 1005: nothing; 1006: the connection broke, or was never made. */
  readonly code: number;
  readonly reason: string;
  /** The status of a response that refused the connection. */
  readonly status?: number;
}

/** What was agreed on when a connection opened. */
export interface WebSocketOpened {
  readonly url: string;
  /** The subprotocol that the server has chosen; "" for none. */
  readonly protocol: string;
  /** The extensions that it has agreed to: "permessage-deflate", or "". */
  readonly extensions: string;
}

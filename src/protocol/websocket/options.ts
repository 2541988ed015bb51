// SPDX-License-Identifier: Apache-2.0
import { type Compression, type CompressionOptions, settleCompression } from "./deflate.ts";

/** How to speak WebSocket. */
export interface WebSocketOptions {
  /** Bytes of a message, when it is not compressed any more. Default 1,048,576; a longer one closes the connection with 1009. */
  readonly maxMessage?: number;
  /** Gives messages in pieces, { data, more }, as they come: for those that are too long to be held whole. Compressed ones still are. Default false. */
  readonly pieces?: boolean;
  /** Whether to agree to compress messages, and how (permessage-deflate, RFC 7692). Default false. */
  readonly compression?: CompressionOptions | boolean;
  /** Milliseconds of silence after which the other side is asked whether it is still there. Default 30,000; Infinity: never. */
  readonly pingAfter?: number;
  /** Milliseconds that it may take to answer that, before the connection counts as lost. Default 20,000. */
  readonly pongTimeout?: number;
  /** Milliseconds that the other side may take to close, too. Default 5000. */
  readonly closeTimeout?: number;
}

/** With all that was left out. @internal */
export interface Settled {
  readonly maxMessage: number;
  readonly pieces: boolean;
  readonly compression: Compression | undefined;
  readonly pingAfter: number;
  readonly pongTimeout: number;
  readonly closeTimeout: number;
}

/** @throws RangeError for a size or a time that there cannot be @internal */
export function settle(options: WebSocketOptions): Settled {
  const { maxMessage = 1 << 20, pieces = false, compression = false } = options;
  const { pingAfter = 30_000, pongTimeout = 20_000, closeTimeout = 5000 } = options;
  for (const [name, value] of Object.entries({ maxMessage, pingAfter, pongTimeout, closeTimeout }))
    if (!(value >= 0)) throw new RangeError(`Cannot speak WebSocket with ${name} ${value}: give 0 or more`);
  return { maxMessage, pieces, compression: settleCompression(compression), pingAfter, pongTimeout, closeTimeout };
}

// SPDX-License-Identifier: Apache-2.0
import type { ErrorPages } from "./errorPages.ts";
import type { Answered } from "./handlers.ts";
import type { RequestHeader, Sides } from "./messages.ts";
import type { ParserLimits } from "./messageParser.ts";

/** How long to wait for a client, in milliseconds. Infinity: for ever. */
export interface ServerTimeouts {
  /** For the next request. Default 60,000. */
  readonly idle?: number;
  /** For a whole head, from its first byte. Default 30,000. */
  readonly head?: number;
  /** For the next piece of a body. Default 30,000. */
  readonly body?: number;
  /** For a whole body, from its head on, as long as the client is what is waited for. Default 300,000. */
  readonly request?: number;
  /** For a client to take what is sent. Default 120,000. */
  readonly send?: number;
  /**
   * For an answer to begin, or to go on, after the client has ended its side of the connection. Most that do have gone, and cannot say it in another way; some still
   * listen, such as `nc -N`. Then the request's signal is aborted, the component that answers gets shutdownMicroprocess, and the connection is closed. Default 2000.
   */
  readonly leaving?: number;
}

/** How to serve. */
export interface HTTPServerOptions extends ParserLimits, Sides {
  /** How long to wait for a client. */
  readonly timeouts?: ServerTimeouts;
  /** What the field Server says; "" for no such field. Default "Kamaelia". */
  readonly server?: string;
  /** Pages for requests that are refused or fail. Default: those of `getErrorPage`. */
  readonly errorPages?: ErrorPages;
  /** Bytes of a body that nobody wants that are read nevertheless, so that the connection can be kept. Default 65,536. */
  readonly maxUnread?: number;
  /** Called after each request. Default: nobody wants to know. */
  readonly log?: (answered: Answered) => void;
  /** Called when a handler fails. Default: it is said on standard error. */
  readonly failed?: (error: unknown, request: RequestHeader | undefined) => void;
  /** Whether the connection is encrypted: then URIs begin with https. Default false. */
  readonly secure?: boolean;
  /** Whether HTTP/2 is spoken with clients that ask for it: with TLS by ALPN, "plain": on connections without TLS, too, that begin with it. Default true. */
  readonly http2?: boolean | "plain";
}

/** The options, with all that was left out. @internal */
export interface Settled {
  readonly limits: ParserLimits;
  readonly sides: Sides;
  readonly secure: boolean;
  readonly timeouts: Required<ServerTimeouts>;
  readonly server: string;
  readonly errorPages: ErrorPages;
  readonly maxUnread: number;
  readonly http2: boolean | "plain";
  readonly log: ((answered: Answered) => void) | undefined;
  readonly failed: (error: unknown, request: RequestHeader | undefined) => void;
  /** Told when a connection begins; what it gives is called when it ends. */
  readonly opened: (connection: { retire(): void }) => () => void;
}

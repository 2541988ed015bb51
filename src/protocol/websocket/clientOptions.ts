// SPDX-License-Identifier: Apache-2.0
import { type ClientSecurity, type Component, producerFinished, type Shutdown, shutdownMicroprocess } from "../../axon/index.ts";
import type { Backoff } from "../../chassis/index.ts";
import type { Proxy } from "../../internet/index.ts";
import type { WebSocketClosed, WebSocketMessage, WebSocketOpened, WebSocketPiece, WebSocketSent } from "./messages.ts";
import type { WebSocketOptions } from "./options.ts";
import type { Told } from "./told.ts";

/** When to connect again. */
export interface Reconnect {
  /** How often in a row, at most, without success. Default: without end. */
  readonly attempts?: number;
  /** Milliseconds before the first attempt, and how much longer before each further one. Default 500, twice as long each time, 30,000 at most. */
  readonly backoff?: Backoff;
  /** The part of that time that is left to chance, so that not all come at once: 0 for none, 1 for all of it. Default 0.5. */
  readonly jitter?: number;
  /** Whether it is worth it. Default: unless the server closed with 1000, or refused with a status of 400 to 499 other than 408 and 429. */
  readonly when?: (closed: WebSocketClosed) => boolean;
}

/** Where to connect to, and how to speak. */
export interface WebSocketClientOptions extends WebSocketOptions {
  /** Of ws or wss, or http or https. */
  readonly url: string;
  /** Subprotocols that we speak, the dearest first. Default: none. */
  readonly protocols?: readonly string[];
  /** Whether to connect again when the connection ends; `true` is the same as `{}`. Default false. */
  readonly reconnect?: Reconnect | boolean;
  /** More fields of the request. A browser sends only its own. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How to prove who is who with wss. In a browser, that is its own affair. Default: the server must prove that it is who was asked for. */
  readonly tls?: ClientSecurity;
  /** A proxy to connect through. In a browser, that is its own affair. Default: none. */
  readonly proxy?: Proxy;
  /** Milliseconds until the connection must be open. Default 30,000. */
  readonly connectTimeout?: number;
}

/** The boxes of a {@link WebSocketClient}. */
export type WebSocketClientInboxes = { inbox: WebSocketSent; control: Shutdown };
export type WebSocketClientOutboxes<T = WebSocketMessage | WebSocketPiece> = {
  outbox: T;
  connected: WebSocketOpened;
  closed: WebSocketClosed;
  signal: Shutdown;
};

/** One connection, from the handshake to the end: what a client is made of. There is one for Node.js, and one for browsers. @internal */
export type WebSocketLink = (options: WebSocketClientOptions) => Component<WebSocketClientInboxes, WebSocketClientOutboxes>;

/** The documentation of these boxes. @internal */
export const DOCS: {
  readonly inboxes: { readonly inbox: string; readonly control: string };
  readonly outboxes: { readonly outbox: string; readonly connected: string; readonly closed: string; readonly signal: string };
} = {
  inboxes: {
    inbox: "messages for the server: text, bytes, pieces, or a close",
    control: "producerFinished: closes when all is sent; shutdownMicroprocess: at once",
  },
  outboxes: {
    outbox: "messages from the server",
    connected: "what was agreed on, each time a connection has opened",
    closed: "how it was closed, each time",
    signal: "producerFinished after an orderly end, otherwise shutdownMicroprocess with an Error that says why",
  },
};

/** @throws TypeError for a URL that is none of ws, and for subprotocols that there cannot be; RangeError for a time that there cannot be @internal */
export function checkClient({ url, protocols = [], connectTimeout = 30_000 }: WebSocketClientOptions): void {
  urlOf(url);
  const odd = protocols.find((name, i) => !/^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/.test(name) || protocols.indexOf(name) !== i);
  if (odd !== undefined)
    throw new TypeError(
      `Cannot offer the subprotocol ${JSON.stringify(odd)}: each has a name without blanks and separators, and is offered once`,
    );
  if (!(connectTimeout >= 0)) throw new RangeError(`Cannot connect to ${url} within ${connectTimeout} ms: give 0 or more`);
}

/** @throws TypeError for a URL that is none of these, or has a fragment @internal */
export function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^(?:ws|http)s?:$/.test(url.protocol)) throw new TypeError(`Cannot connect to ${text}: it is no URL of ws or wss`);
  if (url.hash !== "" || text.endsWith("#"))
    throw new TypeError(`Cannot connect to ${text}: a WebSocket has no fragment; leave out ${url.hash || "#"}`);
  return url;
}

/** Whether a connection ended as it should. */
function isOrderly({ code }: WebSocketClosed): boolean {
  return code === 1000 || code === 1001 || code === 1005;
}

/** What a connection signals at its end. @internal */
export function farewell({ stopped, last }: Told, url: string, end: WebSocketClosed): Shutdown {
  if (stopped) return last ?? shutdownMicroprocess();
  return isOrderly(end) ? producerFinished(end) : shutdownMicroprocess(errorOf(url, end));
}

function errorOf(url: string, { code, reason }: WebSocketClosed): Error {
  if (code === 1006) return new Error(`Cannot stay connected to ${url}: ${reason === "" ? "the connection broke" : reason}`);
  return new Error(`Cannot stay connected to ${url}: it was closed with ${code}${reason === "" ? "" : ` (${reason})`}`);
}

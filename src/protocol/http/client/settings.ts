// SPDX-License-Identifier: Apache-2.0
import type { ClientSecurity, Component } from "../../../axon/index.ts";
import type { Backoff } from "../../../chassis/index.ts";
import type { ConnectionInboxes, ConnectionOutboxes, Proxy, TCPClientOptions } from "../../../internet/index.ts";
import { checkBackoff } from "../../websocket/backoff.ts";
import { type ParserLimits, responseParser } from "../messageParser.ts";
import { checkField } from "../resource.ts";
import type { CookieJar } from "./CookieJar.ts";
import { ACCEPTED } from "./decoding.ts";
import { HTTPPool, type HTTPPoolOptions } from "./HTTPPool.ts";
import { Proving } from "./proving.ts";
import { chooser, type ProxyChoice } from "./proxy.ts";

/** How to ask. */
export interface HTTPClientOptions extends ParserLimits, HTTPPoolOptions {
  /** Milliseconds that the server may say nothing, before its answer and in it. Default 60,000. */
  readonly timeout?: number;
  /** Milliseconds that it may take to begin its answer. Default: as `timeout`. */
  readonly headTimeout?: number;
  /** Milliseconds that a connection may take to open, with TLS. Default: as `timeout`, but 30,000 at most. */
  readonly connectTimeout?: number;
  /** Milliseconds for all of it: redirects, further attempts, and the body. Default: no limit. */
  readonly totalTimeout?: number;
  /** Whether to go where a server sends us. Default true. */
  readonly followRedirects?: boolean;
  /** How many redirects to follow. Default 10. */
  readonly maxRedirects?: number;
  /**
   * How often to try again what may pass (no connection, one that breaks, 408, 425, 429, 502, 503, 504) when it does no harm: GET, HEAD, OPTIONS, TRACE, PUT and
   * DELETE, and anything that was not sent yet. A download that breaks off is continued where it was, if it is still the same. Default 2; SingleShotHTTPClient: 0.
   */
  readonly retries?: number;
  /** Milliseconds before the second attempt, and how much longer before each further one; up to half of it less, by chance. Default 200, twice as long each time, 10,000 at most. */
  readonly backoff?: Backoff;
  /** The longest time that a server may ask us to wait (Retry-After), in milliseconds; if it asks for more, its answer is taken. Default 60,000. */
  readonly maxRetryAfter?: number;
  /** Whether to ask for compressed answers. Those that come are unpacked in any case. Default: HTTPClient true, others false. */
  readonly compression?: boolean;
  /** What the field User-agent says; "" for no such field. Default "Kamaelia HTTP Client 0.3 (RJL)", as the original's. */
  readonly agent?: string;
  /** How to prove who is who with https. Default: the server must prove that it is who was asked for. `ca`: authorities of our own. */
  readonly tls?: ClientSecurity;
  /**
   * Whether to speak HTTP/2 with servers of https that do (ALPN). They get one connection, and `connections` says how many requests are on it at a time.
   * Default false: it saves connections, and costs CPU time.
   */
  readonly http2?: boolean;
  /**
   * Whether the user and the password of a URL are proved to servers that ask for it (Digest, RFC 7616), and never sent. Default false: they are sent (Basic).
   */
  readonly digest?: boolean;
  /** A proxy to ask through. Default: none. `proxyFromEnvironment()`: as other programs do. */
  readonly proxy?: ProxyChoice;
  /** Whom to ask without it: `localhost, .example.org, 10.0.0.0/8`. Default: nobody. */
  readonly noProxy?: string | readonly string[];
  /** Where cookies are kept. Default: they are ignored. */
  readonly cookies?: CookieJar;
  /** Connections that are shared with other clients. Default: a pool of its own. */
  readonly pool?: HTTPPool;
  /** What to connect with. Default: the network of the system. */
  readonly connectionclass?: (options: TCPClientOptions) => Component<ConnectionInboxes, ConnectionOutboxes>;
}

/** What options come to. @internal */
export interface Settings {
  readonly limits: ParserLimits;
  readonly maxBody: number;
  readonly timeout: number;
  readonly headTimeout: number;
  readonly connectTimeout: number;
  readonly totalTimeout: number;
  readonly followRedirects: boolean;
  readonly maxRedirects: number;
  readonly retries: number;
  readonly backoff: Backoff;
  readonly maxRetryAfter: number;
  readonly agent: string;
  readonly tls: ClientSecurity;
  readonly http2: boolean;
  readonly proxyFor: (url: URL) => Proxy | undefined;
  readonly cookies: CookieJar | undefined;
  /** Proves who we are instead of saying it. */
  readonly proving: Proving | undefined;
  readonly connectionclass: HTTPClientOptions["connectionclass"];
  /** Fields of every request. */
  readonly accepts: string;
  readonly pool: HTTPPool;
}

const FOR_ALL: ClientSecurity = {};

/** @throws RangeError for a time, a limit or a number that there cannot be; TypeError for a proxy or an agent that there cannot be @internal */
export function settled(
  options: HTTPClientOptions,
  { compression, retries, maxBody }: { compression: boolean; retries: number; maxBody?: number },
): Settings {
  const { timeout = 60_000, pool, connections, maxConnections, keepAlive } = options;
  const times = {
    timeout,
    headTimeout: options.headTimeout ?? timeout,
    connectTimeout: options.connectTimeout ?? Math.min(timeout, 30_000),
    totalTimeout: options.totalTimeout ?? Infinity,
    maxRetryAfter: options.maxRetryAfter ?? 60_000,
  };
  const numbers = { maxRedirects: options.maxRedirects ?? 10, retries: options.retries ?? retries };
  for (const [name, value] of Object.entries({ ...times, ...numbers }))
    if (!(value >= 0)) throw new RangeError(`Cannot ask with ${name} ${value}: give 0 or more`);
  for (const [name, value] of Object.entries(numbers))
    if (!Number.isInteger(value) && value !== Infinity) throw new RangeError(`Cannot ask with ${name} ${value}: give a whole number`);
  const { backoff = { first: 200, max: 10_000 } } = options;
  checkBackoff(backoff);
  const agent = options.agent ?? "Kamaelia HTTP Client 0.3 (RJL)";
  checkField("User-agent", agent);
  const { maxLine, maxHead, maxHeaders, maxBody: most = maxBody ?? Infinity } = options;
  const limits: ParserLimits = {
    maxBody: most,
    ...(maxLine === undefined ? {} : { maxLine }),
    ...(maxHead === undefined ? {} : { maxHead }),
    ...(maxHeaders === undefined ? {} : { maxHeaders }),
  };
  responseParser(limits); // so that what is wrong with them is said now
  const poolOptions: HTTPPoolOptions = {
    ...(connections === undefined ? {} : { connections }),
    ...(maxConnections === undefined ? {} : { maxConnections }),
    ...(keepAlive === undefined ? {} : { keepAlive }),
  };
  return {
    ...times,
    ...numbers,
    limits,
    maxBody: most,
    followRedirects: options.followRedirects ?? true,
    backoff,
    agent,
    tls: options.tls ?? FOR_ALL,
    http2: options.http2 ?? false,
    proxyFor: chooser(options.proxy, options.noProxy ?? ""),
    cookies: options.cookies,
    proving: options.digest === true ? new Proving() : undefined,
    connectionclass: options.connectionclass,
    accepts: (options.compression ?? compression) ? `Accept-Encoding: ${ACCEPTED}\r\n` : "",
    pool: pool ?? new HTTPPool(poolOptions),
  };
}

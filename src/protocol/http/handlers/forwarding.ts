// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import type { ClientSecurity, Security } from "../../../axon/index.ts";
import type { TCPClient, TCPClientOptions } from "../../../internet/index.ts";
import { shown } from "../client/failures.ts";
import { HTTPPool } from "../client/HTTPPool.ts";
import { basic, decoded } from "../client/request.ts";
import { complain } from "../complain.ts";
import type { FieldList, MessageHeader, RequestHeader } from "../messages.ts";
import { checkField } from "../resource.ts";

/** Whom to ask, and how. */
export interface ReverseProxyOptions {
  /**
   * The server that answers, and the path that comes before those that are asked for: "http://127.0.0.1:9000/base". A user and a password in it are sent there (Basic),
   * in place of what the client says.
   */
  readonly upstream: string;
  /** What it is told as its host: what the client said, or its own name. Default "client". */
  readonly host?: "client" | "upstream";
  /** Whether what clients say in Forwarded and X-Forwarded-* is passed on, with ours behind it: only if they are proxies of yours. Default false: it is replaced. */
  readonly trustForwarded?: boolean;
  /** Fields that it is told, too. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds that connecting may take. Default 10,000. */
  readonly connectTimeout?: number;
  /** Milliseconds that it may say nothing. Default 60,000. */
  readonly timeout?: number;
  /** How to prove who is who with https. Default: it must prove that it is who was asked for. */
  readonly tls?: ClientSecurity;
  /** Called when it does not answer as it should. Default: it is said on standard error. */
  readonly failed?: (error: Error, request: RequestHeader) => void;
  /** Connections to it at once, and so requests; others wait until one is free. Default 256. */
  readonly connections?: number;
  /** Milliseconds that a connection is kept that nobody uses, unless it says that it keeps it for less. Default 4000; 0: each serves once. */
  readonly keepAlive?: number;
  /** What to connect with. Default: the network of the system. Connections that others make serve one request each. */
  readonly connectionclass?: (options: TCPClientOptions) => ReturnType<typeof TCPClient>;
}

/** The options, with all that was left out. @internal */
export interface Upstream extends Required<Omit<ReverseProxyOptions, "upstream" | "tls" | "connectionclass">> {
  readonly authority: string;
  readonly base: string;
  readonly connect: TCPClientOptions & { readonly host: string; readonly port: number };
  readonly security: Security | undefined;
  readonly connectionclass: ReverseProxyOptions["connectionclass"];
}

/** Fields that are for the next one only, RFC 9110 7.6.1; and Expect, which was answered. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
]);
const FORWARDED = /^(?:forwarded|x-forwarded-(?:for|host|proto|port|server)|x-real-ip)$/;

/** @throws TypeError, RangeError @internal */
export function settleUpstream(options: ReverseProxyOptions): Upstream {
  const { upstream, host = "client", trustForwarded = false, headers = {}, connectTimeout = 10_000, timeout = 60_000, tls } = options;
  const what = shown(upstream);
  const { connections = 256, keepAlive = 4000 } = options;
  new HTTPPool({ connections, keepAlive });
  const url = URL.parse(upstream);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw new TypeError(`Cannot ask ${what}: give a URL of http or https with a host, and perhaps a path: "http://127.0.0.1:9000/base"`);
  const secure = url.protocol === "https:";
  if (!(connectTimeout >= 0 && timeout >= 0)) throw new RangeError(`Cannot wait ${connectTimeout} and ${timeout} ms: give 0 or more`);
  for (const [name, value] of Object.entries(headers)) checkField(name, value);
  const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  return {
    host,
    trustForwarded,
    headers: Object.keys(headers).some((field) => /^authorization$/i.test(field)) ? headers : { ...userOf(url), ...headers },
    connectTimeout,
    timeout,
    failed: options.failed ?? ((error, { method, "raw-uri": uri }) => complain(`Cannot get ${method} ${uri} from ${what}`, error)),
    connections,
    keepAlive,
    connectionclass: options.connectionclass,
    authority: url.host,
    base: url.pathname.replace(/\/$/, ""),
    connect: { host: name, port, connectTimeout, ...(secure ? { tls: tls ?? true } : {}) },
    security: secure ? { serverName: name, alpn: ["http/1.1"], ...tls, side: "client" } : undefined,
  };
}

/** Who we are, if the URL says it. */
function userOf({ username, password }: URL): Record<string, string> {
  return username === "" && password === "" ? {} : { authorization: basic(decoded(username), decoded(password)) };
}

/** What of the fields goes on. @internal */
export function endToEnd({ fields, headers }: MessageHeader): FieldList {
  const { connection } = headers;
  const named =
    connection
      ?.toLowerCase()
      .split(",")
      .map((name) => name.trim()) ?? [];
  return fields.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !named.includes(name.toLowerCase()));
}

/** The head of the request as the upstream server gets it. `upgrade`: it asks for another protocol. @internal */
export function requestHead(request: RequestHeader, upstream: Upstream, upgrade?: string): Buffer {
  const path = request["non-query-uri"] === "*" ? "*" : `${upstream.base}${request["non-query-uri"]}`;
  const query = request.query === "" && !request["raw-uri"].endsWith("?") ? "" : `?${request.query}`;
  const own = new Set(Object.keys(upstream.headers).map((name) => name.toLowerCase()));
  const kept = endToEnd(request).filter(([name]) => {
    const lower = name.toLowerCase();
    return lower !== "host" && lower !== "content-length" && !FORWARDED.test(lower) && !own.has(lower);
  });
  const fields: FieldList = [
    ["Host", upstream.host === "client" ? request["uri-server"] || upstream.authority : upstream.authority],
    ...kept,
    ...forwarded(request, upstream.trustForwarded),
    ["Via", `${request.version} kamaelia`],
    ...Object.entries(upstream.headers),
    ...framing(request),
    ...connectionFields(request, upstream, upgrade),
  ];
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${request.method} ${path}${query} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
}

/** A WebSocket of HTTP/2 has none, and there is nothing to be proved by it. */
const WEBSOCKET_KEY = ["Sec-WebSocket-Key", Buffer.from("kamaelia's proxy").toString("base64")] as const;

/** Without a word about it the connection is kept, RFC 9112 9.3. */
function connectionFields({ headers }: RequestHeader, { connectionclass }: Upstream, upgrade: string | undefined): FieldList {
  if (upgrade === undefined) return connectionclass === undefined ? [] : [["Connection", "close"]];
  return [
    ["Connection", "upgrade"],
    ["Upgrade", upgrade],
    ...(headers["sec-websocket-version"] === undefined || headers["sec-websocket-key"] !== undefined ? [] : [WEBSOCKET_KEY]),
  ];
}

function framing({ length, headers }: RequestHeader): FieldList {
  if (length === undefined) return [["Transfer-Encoding", "chunked"]];
  return length > 0 || headers["content-length"] !== undefined ? [["Content-Length", String(length)]] : [];
}

/** Who asked whom, RFC 7239, and as it was said before that. */
function forwarded({ peer, headers, ...request }: RequestHeader, trust: boolean): FieldList {
  const from = peer ?? "unknown";
  const node = from.includes(":") ? `"[${from}]"` : from;
  const protocol = request["uri-protocol"];
  const host = request["uri-server"];
  const before = (name: string): string => (trust && headers[name] !== undefined ? `${headers[name]}, ` : "");
  const kept = (name: string, value: string): string => (trust ? (headers[name] ?? value) : value);
  return [
    ["Forwarded", `${before("forwarded")}for=${node};host="${host}";proto=${protocol}`],
    ["X-Forwarded-For", `${before("x-forwarded-for")}${from}`],
    ["X-Forwarded-Host", kept("x-forwarded-host", host)],
    ["X-Forwarded-Proto", kept("x-forwarded-proto", protocol)],
  ];
}

// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import type { ClientSecurity } from "../../../axon/index.ts";
import { TCPClient, type TCPClientOptions } from "../../../internet/index.ts";
import { complain } from "../complain.ts";
import type { FieldList, MessageHeader, RequestHeader } from "../messages.ts";
import { checkField } from "../resource.ts";

/** Whom to ask, and how. */
export interface ReverseProxyOptions {
  /** The server that answers, and the path that comes before those that are asked for: "http://127.0.0.1:9000/base". */
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
  /** What to connect with. Default `TCPClient`. */
  readonly connectionclass?: (options: TCPClientOptions) => ReturnType<typeof TCPClient>;
}

/** The options, with all that was left out. @internal */
export interface Upstream extends Required<Omit<ReverseProxyOptions, "upstream" | "tls">> {
  readonly authority: string;
  readonly base: string;
  readonly connect: TCPClientOptions;
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
  const url = new URL(upstream);
  const secure = url.protocol === "https:";
  if ((!secure && url.protocol !== "http:") || url.search !== "" || url.hash !== "")
    throw new TypeError(`Cannot ask ${upstream}: give http or https, a host, and perhaps a path`);
  if (!(connectTimeout >= 0 && timeout >= 0)) throw new RangeError(`Cannot wait ${connectTimeout} and ${timeout} ms: give 0 or more`);
  for (const [name, value] of Object.entries(headers)) checkField(name, value);
  const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  return {
    host,
    trustForwarded,
    headers,
    connectTimeout,
    timeout,
    failed: options.failed ?? ((error, { method, "raw-uri": uri }) => complain(`Cannot get ${method} ${uri} from ${upstream}`, error)),
    connectionclass: options.connectionclass ?? TCPClient,
    authority: url.host,
    base: url.pathname.replace(/\/$/, ""),
    connect: { host: name, port, connectTimeout, ...(secure ? { tls: tls ?? true } : {}) },
  };
}

/** What of the fields goes on. @internal */
export function endToEnd({ fields, headers }: MessageHeader): FieldList {
  const named = new Set(
    (headers["connection"] ?? "")
      .toLowerCase()
      .split(",")
      .map((name) => name.trim()),
  );
  return fields.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !named.has(name.toLowerCase()));
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
    upgrade === undefined ? ["Connection", "close"] : ["Connection", "upgrade"],
    ...(upgrade === undefined ? [] : ([["Upgrade", upgrade]] as const)),
  ];
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${request.method} ${path}${query} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
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

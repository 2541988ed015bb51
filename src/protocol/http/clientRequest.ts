// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { checkField, type ResourceHeaders, pairsOf } from "./resource.ts";

/** What to ask for. */
export interface HTTPAsked {
  /** Where: http or https. A user and a password in it are sent there, and nowhere else. */
  readonly url: string;
  /** A body. Default: none. */
  readonly postbody?: string | Uint8Array;
  /** More fields. Default: none. */
  readonly extraheaders?: ResourceHeaders;
  /** Default "GET", or "POST" if there is a body. */
  readonly method?: string;
}

/** The server said where to go instead, and that is where the client goes. */
export interface ParsedHTTPRedirect {
  readonly type: "ParsedHTTPRedirect";
  readonly redirect: string;
  readonly responsecode: number;
}

/** A request, ready to be sent. @internal */
export interface Prepared {
  readonly url: URL;
  readonly method: string;
  readonly body: Uint8Array | undefined;
  readonly headers: readonly (readonly [string, string])[];
}

/** Fields that are for one server only. */
const PRIVATE = /^(?:authorization|cookie|proxy-authorization)$/i;

/** @throws TypeError for what cannot be asked @internal */
export function prepare({ url, postbody, extraheaders, method = postbody === undefined ? "GET" : "POST" }: HTTPAsked): Prepared {
  const where = URL.parse(url);
  if (where === null || !/^https?:$/.test(where.protocol)) throw new TypeError(`Cannot ask for ${url}: it is no URL of http or https`);
  checkField(method, "");
  const body = typeof postbody === "string" ? Buffer.from(postbody) : postbody;
  return { url: where, method, body, headers: pairsOf(extraheaders) };
}

/** The bytes of a request, as the original sends them. @internal */
export function bytesOf({ url, method, body, headers }: Prepared, agent: string): Uint8Array {
  const has = (name: string): boolean => headers.some(([other]) => other.toLowerCase() === name);
  const lines = [`${method} ${url.pathname}${url.search} HTTP/1.1`];
  if (body !== undefined || /^(?:POST|PUT|PATCH)$/.test(method)) lines.push(`Content-Length: ${body?.length ?? 0}`);
  if (!has("host")) lines.push(`Host: ${url.host}`);
  if (!has("user-agent")) lines.push(`User-agent: ${agent}`);
  if (!has("connection")) lines.push("Connection: Keep-Alive");
  if (url.username !== "" && !has("authorization")) {
    const who = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    lines.push(`Authorization: Basic ${Buffer.from(who).toString("base64")}`);
  }
  for (const [name, value] of headers) if (!/^(?:content-length|transfer-encoding)$/i.test(name)) lines.push(`${name}: ${value}`);
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  return body === undefined || body.length === 0 ? head : Buffer.concat([head, body]);
}

/** The request that follows a redirect, RFC 9110 15.4; undefined if it is none, or leads nowhere. @internal */
export function redirected(asked: Prepared, status: number, location: string | undefined): Prepared | undefined {
  if (location === undefined || !/^30[12378]$/.test(String(status))) return undefined;
  const url = URL.parse(location, asked.url);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  if (url.hash === "") url.hash = asked.url.hash;
  const isElsewhere = url.origin !== asked.url.origin;
  const becomesGet = (status === 303 && asked.method !== "HEAD") || (status < 303 && asked.method === "POST");
  const headers = asked.headers.filter(
    ([name]) => !(isElsewhere && (PRIVATE.test(name) || /^host$/i.test(name))) && !(becomesGet && /^content-/i.test(name)),
  );
  if (!isElsewhere && url.username === "") [url.username, url.password] = [asked.url.username, asked.url.password];
  return { url, headers, method: becomesGet ? "GET" : asked.method, body: becomesGet ? undefined : asked.body };
}

// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { checkField, type ResourceHeaders, pairsOf } from "../resource.ts";
import { type HTTPBody, sentBody, type Streamed } from "./bodies.ts";
import type { Proving } from "./proving.ts";

/** What to ask for. */
export interface HTTPAsked {
  /** Where: http or https. A user and a password in it are sent there, and nowhere else. */
  readonly url: string;
  /** Default "GET", or "POST" if there is a body. */
  readonly method?: string;
  /** Fields. Default: none but those that the client adds. */
  readonly headers?: ResourceHeaders;
  /**
   * A body. One that comes piece by piece, as a Blob and FormData do, is sent as it comes; it can be sent only once, so that nothing is tried again after that.
   * Default: none.
   */
  readonly body?: HTTPBody;
  /** Bytes of a body that comes piece by piece, if they are known. Default: those of a Blob; others are sent in chunks. */
  readonly length?: number;
  /** Ask the server whether it wants the body before it is sent (100-continue), and wait for its word so many milliseconds; true: 1000. Default: not. */
  readonly expectContinue?: boolean | number;
  /** Milliseconds for all of it. Default: as the client says. */
  readonly totalTimeout?: number;
  /** What the original calls the body. */
  readonly postbody?: string | Uint8Array;
  /** What the original calls the fields. */
  readonly extraheaders?: ResourceHeaders;
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
  readonly stream: Streamed | undefined;
  readonly length: number | undefined;
  /** Milliseconds to wait for the server's word before the body is sent. */
  readonly patience: number | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly totalTimeout: number | undefined;
}

/** Fields that are for one server only. */
const PRIVATE = /^(?:authorization|cookie|proxy-authorization)$/i;
/** Methods that may be sent twice: the second time changes nothing. RFC 9110, 9.2.2 */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/** Whether it may be sent again when it is not known whether the server has heard it. @internal */
export function isIdempotent({ method }: { readonly method: string }): boolean {
  return IDEMPOTENT.has(method);
}

/** @throws TypeError for what cannot be asked; RangeError for a length or a time that there cannot be @internal */
export function prepare(asked: HTTPAsked): Prepared {
  const { url, postbody, body = postbody, extraheaders, headers = extraheaders, length, expectContinue = false, totalTimeout } = asked;
  const { method = body === undefined ? "GET" : "POST" } = asked;
  const where = URL.parse(url);
  if (where === null || !/^https?:$/.test(where.protocol)) throw new TypeError(`Cannot ask for ${url}: it is no URL of http or https`);
  checkField(method, "");
  if (method === "CONNECT") throw new TypeError(`Cannot ask for ${url}: CONNECT is for proxies; use the option "proxy"`);
  if (length !== undefined && !(Number.isSafeInteger(length) && length >= 0))
    throw new RangeError(`Cannot ask for ${url}: a body of ${length} bytes cannot be sent`);
  const patience = expectContinue === true ? 1000 : expectContinue === false ? undefined : expectContinue;
  for (const time of [patience, totalTimeout])
    if (time !== undefined && !(time >= 0)) throw new RangeError(`Cannot ask for ${url}: ${time} is no number of milliseconds`);
  const sent = sentBody(body);
  if (sent === undefined)
    throw new TypeError(`Cannot ask for ${url}: its body is neither text, bytes, a form, a Blob, a component nor iterable`);
  const { stream, type } = sent;
  const pairs = pairsOf(headers);
  const fields: Prepared["headers"] =
    type === undefined || pairs.some(([name]) => /^content-type$/i.test(name)) ? pairs : [...pairs, ["Content-Type", type]];
  return { url: where, method, body: sent.body, stream, length: length ?? sent.length, patience, headers: fields, totalTimeout };
}

/** What a client says of itself, and of whom it asks. @internal */
export interface Manner {
  readonly agent: string;
  /** Asks a proxy for the whole URL. */
  readonly forward: string | undefined;
  /** More fields, each with its line end. */
  readonly more: string;
  /** How to prove who we are, if it is not to be said. */
  readonly proving: Proving | undefined;
}

/** The first line and the fields of a request, in the order in which the original sends them. @internal */
export function headOf(
  { url, method, body, stream, length, patience, headers }: Prepared,
  { agent, forward, more, proving }: Manner,
): Uint8Array {
  let [hasHost, hasAgent, hasConnection, hasAuthorization, extra] = [false, false, false, false, ""];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower === "content-length" || lower === "transfer-encoding") continue;
    if (lower === "host") hasHost = true;
    else if (lower === "user-agent") hasAgent = true;
    else if (lower === "connection") hasConnection = true;
    else if (lower === "authorization") hasAuthorization = true;
    extra += `${name}: ${value}\r\n`;
  }
  const target = `${forward ?? ""}${url.pathname}${url.search}`;
  let text = `${method} ${target} HTTP/1.1\r\n`;
  if (stream !== undefined) text += length === undefined ? "Transfer-Encoding: chunked\r\n" : `Content-Length: ${length}\r\n`;
  else if (body !== undefined || method === "POST" || method === "PUT" || method === "PATCH")
    text += `Content-Length: ${body?.length ?? 0}\r\n`;
  if (!hasHost) text += `Host: ${url.host}\r\n`;
  if (!hasAgent && agent !== "") text += `User-agent: ${agent}\r\n`;
  if (!hasConnection) text += "Connection: Keep-Alive\r\n";
  if (!hasAuthorization && (url.username !== "" || url.password !== ""))
    text += proving?.field(url, method, target) ?? `Authorization: ${basic(decoded(url.username), decoded(url.password))}\r\n`;
  if (patience !== undefined) text += "Expect: 100-continue\r\n";
  return Buffer.from(`${text}${more}${extra}\r\n`, "latin1");
}

/** Who we are, in the way that is called basic. @internal */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** What was written with %. @internal */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone %
  }
}

/** Many servers write a Location in UTF-8 as it is. */
function readable(location: string): string {
  if (/^[\x20-\x7e]*$/.test(location)) return location;
  const text = Buffer.from(location, "latin1").toString("utf8");
  return text.includes("\ufffd") ? location : text;
}

/** The request that follows a redirect, RFC 9110 15.4; undefined if it is none, or leads nowhere. @internal */
export function redirected(asked: Prepared, status: number, location: string | undefined): Prepared | undefined {
  if (location === undefined || !(status === 301 || status === 302 || status === 303 || status === 307 || status === 308)) return undefined;
  const url = URL.parse(readable(location), asked.url);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  if (url.hash === "") url.hash = asked.url.hash;
  const isElsewhere = url.origin !== asked.url.origin;
  const becomesGet = (status === 303 && asked.method !== "HEAD") || (status < 303 && asked.method === "POST");
  const headers = asked.headers.filter(
    ([name]) => !(isElsewhere && (PRIVATE.test(name) || /^host$/i.test(name))) && !(becomesGet && /^content-/i.test(name)),
  );
  if (!isElsewhere && url.username === "") [url.username, url.password] = [asked.url.username, asked.url.password];
  if (!becomesGet) return { ...asked, url, headers };
  return { ...asked, url, headers, method: "GET", body: undefined, stream: undefined, length: undefined, patience: undefined };
}

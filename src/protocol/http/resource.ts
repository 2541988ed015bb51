// SPDX-License-Identifier: Apache-2.0
import { inspect } from "node:util";
import { TOKEN } from "./fields.ts";

/** Fields of a response: pairs, as the original has them, or an object. */
export type ResourceHeaders = readonly (readonly [name: string, value: string])[] | Readonly<Record<string, string>>;

/** The body of a response, or a piece of it. Text is sent as UTF-8. */
export type ResourceData = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/**
 * A response, or a piece of one. The first says status and fields; its data, and that of those that follow, is the body.
 * From a function it is the whole response.
 */
export interface Resource {
  /** 404, or "404 Nothing here". Default 200. */
  readonly statuscode?: number | string;
  readonly headers?: ResourceHeaders;
  readonly data?: ResourceData;
  /** Bytes of the whole body, if they are known. Otherwise it is sent in chunks, or, to clients that do not know chunks, until the connection closes. */
  readonly length?: number;
  /** No more of this response follows. */
  readonly complete?: boolean;
  /** Fields that follow the body. They are sent if the body is sent in chunks. */
  readonly trailers?: ResourceHeaders;
}

/** What can be answered, for those who give something else. @internal */
export const GIVE = "Give a Response, a resource, text, bytes, a Blob or a component";

/** A Blob as a response. @internal */
export function resourceOf(blob: Blob): Resource {
  const headers = blob.type === "" ? {} : { "content-type": blob.type };
  return blob.size === 0 ? { headers, data: "" } : { headers, length: blob.size, data: blob.stream() };
}

/** An object that has nothing of a resource would be an empty answer, which is not what was meant. @throws TypeError @internal */
export function checkMeant(resource: Resource): void {
  const { statuscode, headers, data } = resource;
  if (statuscode !== undefined || headers !== undefined || data !== undefined) return;
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(resource));
  const names = Object.keys(resource);
  if (isPlain && (names.length === 0 || ["complete", "length", "trailers"].some((name) => names.includes(name)))) return;
  throw new TypeError(
    `Cannot answer with ${inspect(resource)}: it has neither statuscode, headers nor data. ${GIVE}; for JSON, Response.json(…)`,
  );
}

/** What statuses are called. */
export const REASONS: Readonly<Record<number, string>> = {
  100: "Continue",
  101: "Switching Protocols",
  103: "Early Hints",
  200: "OK",
  201: "Created",
  202: "Accepted",
  203: "Non-Authoritative Information",
  204: "No Content",
  205: "Reset Content",
  206: "Partial Content",
  207: "Multi-Status",
  300: "Multiple Choices",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  418: "I'm a teapot",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  425: "Too Early",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};

/** A status, and what the first line says of it. */
interface Status {
  readonly status: number;
  readonly text: string;
}

const statuses = new Map<number, Status>();

/** The number of a status, and what the first line says of it. @throws RangeError for one that there cannot be */
export function statusOf(statuscode: number | string = 200): Status {
  if (typeof statuscode === "string") return readStatus(statuscode);
  let status = statuses.get(statuscode);
  if (status === undefined) statuses.set(statuscode, (status = readStatus(statuscode)));
  return status;
}

function readStatus(statuscode: number | string): Status {
  const text = typeof statuscode === "number" ? `${statuscode} ${REASONS[statuscode] ?? ""}` : statuscode;
  const status = Number(text.slice(0, 3));
  if (!(status >= 100 && status <= 599) || !/^\d{3}(?: [\t -~\x80-\xff]*)?$/.test(text))
    throw new RangeError(`Cannot answer with status ${JSON.stringify(statuscode)}: it has to be 100 to 599, perhaps with a text`);
  return { status, text: text.length === 3 ? `${text} ${REASONS[status] ?? ""}` : text };
}

/**
 * Fields as pairs.
 *
 * @throws TypeError for a name or a value that would be read as something else
 */
export function pairsOf(headers: ResourceHeaders | undefined): readonly (readonly [string, string])[] {
  if (headers === undefined) return [];
  const pairs = isPairs(headers) ? headers : Object.entries(headers);
  for (const [name, value] of pairs) checkField(name, value);
  return pairs;
}

/** What fields of a response come to. */
export interface HeadFields {
  /** As they are sent; without those that say how the response is to be read: they are written by who sends it. */
  readonly text: string;
  readonly isASCII: boolean;
  readonly close: boolean;
  readonly length: number | undefined;
  readonly hasType: boolean;
  readonly hasServer: boolean;
}

const NONE: HeadFields = { text: "", isASCII: true, close: false, length: undefined, hasType: false, hasServer: false };
/** Handlers often give the same ones. */
const known = new WeakMap<ResourceHeaders, HeadFields>();

/** What fields of a response come to. Those that are frozen are looked at once. @throws as pairsOf does */
export function headFields(headers: ResourceHeaders | undefined): HeadFields {
  if (headers === undefined) return NONE;
  const found = known.get(headers);
  if (found !== undefined) return found;
  const fields = readHeadFields(headers);
  if (Object.isFrozen(headers) && !Array.isArray(headers)) known.set(headers, fields); // the pairs of a list may still change
  return fields;
}

function readHeadFields(headers: ResourceHeaders): HeadFields {
  let [text, close, length] = ["", false, NONE.length];
  const names = new Set<string>();
  for (const [name, value] of pairsOf(headers)) {
    const lower = name.toLowerCase();
    names.add(lower);
    if (lower === "connection") close ||= /\bclose\b/i.test(value);
    else if (lower === "content-length") length ??= lengthOf(value);
    else if (lower !== "keep-alive" && lower !== "transfer-encoding" && lower !== "date") text += `${name}: ${value}\r\n`;
  }
  return { text, isASCII: !/[^\0-\x7f]/.test(text), close, length, hasType: names.has("content-type"), hasServer: names.has("server") };
}

function lengthOf(value: string): number {
  const length = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(length))
    throw new RangeError(`Cannot send Content-Length: ${value}: it is not a number of bytes`);
  return length;
}

function isPairs(headers: ResourceHeaders): headers is readonly (readonly [string, string])[] {
  return Array.isArray(headers);
}

/** @throws TypeError */
export function checkField(name: string, value: string): void {
  if (name === "") throw new TypeError("Cannot send a field without a name");
  for (let i = 0; i < name.length; i++)
    if (TOKEN[name.charCodeAt(i)] !== 1)
      throw new TypeError(`Cannot send the field ${JSON.stringify(name)}: its name has a character it may not have`);
  if (typeof value !== "string" || /[^\t\x20-\x7e\x80-\xff]/.test(value))
    throw new TypeError(`Cannot send ${name}: ${JSON.stringify(value)}: a value is text of Latin-1 without control characters`);
}

// SPDX-License-Identifier: Apache-2.0
import { type FieldList, type Fields, Refusal } from "./messages.ts";

/** Bytes of a token, RFC 9110 5.6.2: names and methods are made of them. */
export const TOKEN: Uint8Array = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") TOKEN[char.charCodeAt(0)] = 1;

/** Bytes of a value, RFC 9110 5.5: no controls but the tab. */
const VALUE: Uint8Array = new Uint8Array(256).fill(1);
VALUE.fill(0, 0, 32);
VALUE[9] = 1;
VALUE[127] = 0;

/** RFC 3986 3.2.2 and 3.2.3: a name, an IPv4 address, or an IPv6 address in brackets; and a port. */
export const HOST: RegExp = /^(?:\[[\dA-Fa-f:.]+(?:%25[\w.~-]+)?\]|(?:[\w\-.~!$&'()*+,;=]|%[\dA-Fa-f]{2})+)(?::\d{0,5})?$/;

/** What the fields of a message say about how it is to be read. */
export interface Framing {
  readonly headers: Fields;
  readonly fields: FieldList;
  readonly hosts: number;
  /** Whether it names a host that there can be. */
  readonly hostIsGood: boolean;
  readonly contentLength: number | undefined;
  /** The codings, in lower case. */
  readonly transferEncoding: string | undefined;
  readonly close: boolean;
  readonly keepAlive: boolean;
  readonly upgrade: string | undefined;
  readonly expect: string | undefined;
}

/**
 * Reads fields, RFC 9112 5: each line ends with CR LF, and so does the text.
 *
 * @throws Refusal
 */
export function readFields(text: string, maxHeaders: number): FieldList {
  const fields: [string, string][] = [];
  const [token, value] = [TOKEN, VALUE];
  for (let i = 0; i < text.length;) {
    const start = i;
    let char = text.charCodeAt(i);
    while (token[char] === 1) char = text.charCodeAt(++i);
    if (i === start || char !== 58) throw badName(char, i === start);
    const name = text.slice(start, i);
    do char = text.charCodeAt(++i);
    while (char === 32 || char === 9);
    const from = i;
    while (value[char] === 1) char = text.charCodeAt(++i);
    if (char !== 13 || text.charCodeAt(i + 1) !== 10) throw new Refusal(400, `the value of ${name} has a control character`);
    let to = i;
    while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
    fields.push([name, text.slice(from, to)]);
    if (fields.length > maxHeaders) throw new Refusal(431, `it has more than ${maxHeaders} fields`);
    i += 2;
  }
  return fields;
}

function isBlank(char: number): boolean {
  return char === 32 || char === 9;
}

function badName(char: number, first: boolean): Refusal {
  if (first && isBlank(char)) return new Refusal(400, "a field is folded over several lines");
  if (first && char === 58) return new Refusal(400, "a field has no name");
  return new Refusal(
    400,
    isBlank(char) ? "there is white space in a field before the colon" : "the name of a field has a character it may not have",
  );
}

/** Fields by their names. */
export function byName(fields: FieldList): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    const before = headers[lower];
    headers[lower] = before === undefined ? value : `${before}${lower === "cookie" ? "; " : ", "}${value}`;
  }
  return headers;
}

/**
 * Looks at the fields that say how a message is to be read. What may be read in two ways is refused: it is how requests are smuggled past a proxy.
 *
 * @throws Refusal
 */
export function framingOf(fields: FieldList): Framing {
  const headers = byName(fields);
  const { connection, upgrade, host, expect } = headers;
  const contentLength = lengthOf(headers["content-length"]);
  const transferEncoding = headers["transfer-encoding"]?.toLowerCase();
  if (contentLength !== undefined && transferEncoding !== undefined)
    throw new Refusal(400, "it has both Content-Length and Transfer-Encoding");
  const options = connection === undefined ? "" : `,${connection.toLowerCase().replaceAll(/[ \t]/g, "")},`;
  return {
    headers,
    fields,
    hosts:
      host === undefined ? 0 : fields.reduce((count, [name]) => count + (name.length === 4 && name.toLowerCase() === "host" ? 1 : 0), 0),
    hostIsGood: host === undefined || HOST.test(host),
    contentLength,
    transferEncoding,
    close: options.includes(",close,"),
    keepAlive: options.includes(",keep-alive,"),
    upgrade: options.includes(",upgrade,") ? upgrade : undefined,
    expect,
  };
}

function lengthOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Refusal(400, `its Content-Length is ${JSON.stringify(text)}, which is not one number`);
  const length = Number(text);
  if (!Number.isSafeInteger(length)) throw new Refusal(400, "its Content-Length is larger than anything there is");
  return length;
}

/** Fields that say how a message is to be read, or whom it is for: they mean nothing after the body, where they could only deceive. RFC 9110 6.5.1 */
const NOT_IN_TRAILERS =
  /^(?:content-(?:length|encoding|type|range)|transfer-encoding|trailer|host|te|connection|upgrade|expect|authorization|cookie|set-cookie)$/;

/**
 * Reads the fields that follow a body.
 *
 * @throws Refusal
 */
export function readTrailers(text: string, maxHeaders: number): Fields {
  const fields = readFields(text, maxHeaders);
  for (const [name] of fields) if (NOT_IN_TRAILERS.test(name.toLowerCase())) throw new Refusal(400, `${name} follows the body`);
  return byName(fields);
}

// SPDX-License-Identifier: Apache-2.0
import type { Buffer } from "node:buffer";
import { byName, HOST } from "../fields.ts";
import { type ParsedHTTP, Refusal, type RequestHeader } from "../messages.ts";
import { UNREAD } from "../messageParser.ts";
import type { Settled } from "../serverOptions.ts";
import type { RequestSource } from "../sides.ts";

const METHOD = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;

/** The one request of a stream: a head, and the body as it comes. @internal */
export class StreamSource implements RequestSource {
  readonly isIdle = false;
  #header: RequestHeader | undefined;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #over: boolean;
  #dead = false;
  readonly #maxBody: number;

  constructor(header: RequestHeader, maxBody: number) {
    this.#header = header;
    this.#over = header.length === 0;
    this.#maxBody = maxBody;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
  }

  finish(): void {
    this.#over = true;
  }

  rest(): Uint8Array {
    return new Uint8Array(0);
  }

  pull(): ParsedHTTP<RequestHeader> | undefined {
    const header = this.#header;
    if (header !== undefined) {
      this.#header = undefined;
      if (header.bad !== false) this.#dead = true;
      return { type: "ParsedHTTPHeader", header };
    }
    if (this.#dead) return undefined;
    const bodychunk = this.#pieces.shift();
    if (bodychunk !== undefined) {
      this.#bytes += bodychunk.length;
      if (this.#bytes <= this.#maxBody) return { type: "ParsedHTTPBodyChunk", bodychunk };
      this.#dead = true;
      return { type: "ParsedHTTPEnd", bad: { status: 413, reason: `its body is longer than ${this.#maxBody} bytes` } };
    }
    if (!this.#over) return undefined;
    this.#dead = true;
    return { type: "ParsedHTTPEnd" };
  }
}

/** What a stream of HTTP/2 says before its body, RFC 9113 8.3.1; one that is for WebSocket (RFC 8441) looks as in HTTP/1.1. `raw`: names and values, one after the other, as Node.js gives them. */
export function readStreamHead(raw: readonly (string | Buffer)[], hasBody: boolean, settings: Settled): RequestHeader {
  try {
    return read(raw.map(String), hasBody, settings);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...UNREAD, ...settings.sides, version: "2", bad: { status: error.status, reason: error.reason } };
  }
}

function read(raw: readonly string[], hasBody: boolean, { limits, secure, sides }: Settled): RequestHeader {
  const { maxLine = 8192, maxHead = 16_384, maxHeaders = 200, maxBody = Infinity } = limits;
  const pseudo = new Map<string, string>();
  const fields: [string, string][] = [];
  let size = 0;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [raw[i]!, raw[i + 1]!];
    size += name.length + value.length + 4;
    if (name.startsWith(":")) pseudo.set(name, value);
    else fields.push([name, value]);
  }
  const [said = "", target = "", authority, protocol] = [":method", ":path", ":authority", ":protocol"].map((name) => pseudo.get(name));
  if (protocol !== undefined && (said !== "CONNECT" || protocol !== "websocket"))
    throw new Refusal(501, "it asks for a protocol that is not spoken here");
  const method = protocol === undefined ? said : "GET"; // as the same is said in HTTP/1.1, so that handlers need not know
  if (!METHOD.test(method) || (method !== "CONNECT" && !/^(?:\/[!-~]*|\*)$/.test(target)))
    throw new Refusal(400, "it asks for nothing that there can be");
  if (target.length > maxLine) throw new Refusal(414, `its path is longer than ${maxLine} bytes`);
  if (size > maxHead || fields.length > maxHeaders)
    throw new Refusal(431, `it has more than ${maxHeaders} fields, or ${maxHead} bytes of them`);
  const hosts = fields.filter(([name]) => name === "host").map(([, value]) => value);
  const host = authority ?? hosts[0];
  if (host === undefined || !HOST.test(host) || hosts.some((other) => other !== host))
    throw new Refusal(400, "it does not say for which one host it is");
  if (hosts.length === 0) fields.unshift(["host", host]);
  const headers = byName(fields);
  const length = protocol === undefined ? lengthOf(headers["content-length"], hasBody) : 0;
  if (length !== undefined && length > maxBody) throw new Refusal(413, `its body is longer than ${maxBody} bytes`);
  const query = target.indexOf("?");
  return {
    bad: false,
    method,
    "raw-uri": target,
    "uri-protocol": secure ? "https" : "http",
    "uri-server": host,
    "non-query-uri": query < 0 ? target : target.slice(0, query),
    query: query < 0 ? "" : target.slice(query + 1),
    version: "2",
    protocol: "HTTP",
    headers,
    fields,
    keepAlive: true,
    length,
    upgrade: protocol,
    expectsContinue: headers["expect"]?.toLowerCase() === "100-continue",
    ...sides,
  };
}

function lengthOf(text: string | undefined, hasBody: boolean): number | undefined {
  if (!hasBody) return 0;
  const length = text === undefined ? undefined : Number(text);
  return length === 0 ? undefined : length; // the end of the stream tells
}

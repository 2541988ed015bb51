// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import type { OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { httpDate } from "../dates.ts";
import type { RequestHeader } from "../messages.ts";
import { pairsOf, type Resource, type ResourceHeaders, statusOf } from "../resource.ts";
import type { Responding } from "../sides.ts";
import type { Writer } from "../writer.ts";

/** Fields that say how a connection of HTTP/1.1 is used. There are none in HTTP/2, RFC 9113 8.2.2. */
const OF_CONNECTIONS =
  /^(?:connection|keep-alive|proxy-connection|transfer-encoding|upgrade|te|http2-settings|content-length|date|sec-websocket-accept)$/;

/** Says the one response of a stream: its head and its trailers here, its body through the writer. @internal */
export class StreamResponse implements Responding {
  started = false;
  ended = false;
  status = 0;
  bytes = 0;
  /** There is one request for each stream. */
  close = true;
  readonly #stream: ServerHttp2Stream;
  readonly #out: Writer;
  readonly #method: string;
  readonly #upgrade: string | undefined;
  readonly #server: string;
  #hasBody = true;
  #left = Infinity;
  #trailers: OutgoingHttpHeaders = {};

  /** @param server what the field Server says */
  constructor(stream: ServerHttp2Stream, out: Writer, { method, upgrade }: RequestHeader, server: string) {
    this.#stream = stream;
    this.#out = out;
    this.#method = method;
    this.#upgrade = upgrade;
    this.#server = server;
  }

  sayContinue(): void {
    if (this.#isOpen) this.#stream.additionalHeaders({ ":status": 100 });
  }

  switchTo(statuscode: number | string, headers: ResourceHeaders | undefined, now: number): void {
    const isSwitch = statusOf(statuscode).status === 101;
    if (isSwitch && this.#upgrade === undefined)
      throw new Error("Cannot change to another protocol: the client has not asked for it as HTTP/2 has it (RFC 8441)");
    this.#begin(isSwitch ? 200 : this.#misleads(statuscode) ? 501 : statuscode, headers, undefined, now, false, false, true);
  }

  whole({ statuscode, headers, length, trailers }: Resource, data: string | Uint8Array | undefined, now: number): void {
    if (this.#misleads(statuscode)) {
      this.whole({ statuscode: 501 }, undefined, now);
      return;
    }
    const size = data === undefined ? 0 : sizeOf(data);
    const [isHead, isText] = [this.#method === "HEAD", typeof data === "string"];
    this.#begin(
      statuscode,
      headers,
      isHead ? (length ?? size) : size,
      now,
      isText,
      trailers !== undefined,
      size > 0 || trailers !== undefined,
    );
    if (data !== undefined) this.data(data);
    this.end(trailers);
  }

  head(
    statuscode: Resource["statuscode"],
    headers: ResourceHeaders | undefined,
    length: number | undefined,
    now: number,
    isText = false,
  ): void {
    this.#begin(this.#misleads(statuscode) ? 501 : statuscode, headers, length, now, isText, true, true);
  }

  data(data: string | Uint8Array): void {
    const size = sizeOf(data);
    if (size === 0 || !this.#hasBody) return;
    if (size > this.#left) throw new RangeError("Cannot send the body: it is longer than its length says");
    this.#left -= size;
    this.bytes += size;
    if (typeof data === "string") this.#out.text(data);
    else this.#out.bytes(data);
  }

  end(trailers?: ResourceHeaders): void {
    if (this.#hasBody && this.#left !== Infinity && this.#left > 0)
      throw new RangeError("Cannot end the body: it is shorter than its length says");
    this.#trailers = fieldsOf(trailers);
    this.ended = true;
  }

  /** Whether a client that asked for another protocol would believe that this is it, RFC 8441 5. */
  #misleads(statuscode: Resource["statuscode"]): boolean {
    return this.#upgrade !== undefined && statusOf(statuscode).status < 300;
  }

  get #isOpen(): boolean {
    return !this.#stream.closed && !this.#stream.destroyed;
  }

  #begin(
    statuscode: Resource["statuscode"],
    headers: ResourceHeaders | undefined,
    length: number | undefined,
    now: number,
    isText: boolean,
    waitForTrailers: boolean,
    hasBody: boolean,
  ): void {
    const { status } = statusOf(statuscode);
    if (status < 200) throw new RangeError(`Cannot answer with status ${status}: it is not a final one`);
    const fields = fieldsOf(headers);
    const size = length ?? lengthIn(headers);
    const mayHaveBody = status !== 204 && status !== 304;
    this.#hasBody = mayHaveBody && this.#method !== "HEAD";
    this.#left = size ?? Infinity;
    if (isText && mayHaveBody) fields["content-type"] ??= "text/plain; charset=utf-8";
    if (size !== undefined && mayHaveBody) fields["content-length"] = size;
    if (this.#server !== "") fields["server"] ??= this.#server;
    this.status = status;
    this.started = true;
    if (!this.#isOpen) return; // the client has left
    if (this.#hasBody && waitForTrailers) this.#stream.once("wantTrailers", () => this.#stream.sendTrailers(this.#trailers));
    const endStream = !this.#hasBody || !hasBody;
    this.#stream.respond(
      { ":status": status, date: httpDate(now), ...fields },
      { endStream, waitForTrailers: waitForTrailers && !endStream },
    );
  }
}

function sizeOf(data: string | Uint8Array): number {
  return typeof data === "string" ? Buffer.byteLength(data) : data.length;
}

function lengthIn(headers: ResourceHeaders | undefined): number | undefined {
  const [, value] = pairsOf(headers).find(([name]) => name.toLowerCase() === "content-length") ?? [];
  return value === undefined ? undefined : Number(value);
}

/** As Node.js wants them: in lower case, several of a name as a list. */
function fieldsOf(headers: ResourceHeaders | undefined): OutgoingHttpHeaders {
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairsOf(headers)) {
    const lower = name.toLowerCase();
    if (!OF_CONNECTIONS.test(lower)) (fields[lower] ??= []).push(value);
  }
  return Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

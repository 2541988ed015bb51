// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import type { Outbox } from "../../axon/index.ts";
import { httpDate } from "./dates.ts";
import type { RequestHeader } from "./messages.ts";
import { headFields, pairsOf, type Resource, type ResourceHeaders, statusOf } from "./resource.ts";
import type { Responding } from "./sides.ts";

/** From so many characters on, text is not collected but encoded at once. */
const MUCH = 16_384;

/** Collects what is to be sent, so that it leaves in few pieces: one for each turn, if it is all text. @internal */
export class Writer {
  #text = "";
  #pieces: Uint8Array[] = [];

  /** Text, as UTF-8. */
  text(text: string): void {
    this.#text += text;
    if (this.#text.length > MUCH) this.#encode();
  }

  bytes(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#encode();
    this.#pieces.push(bytes);
  }

  /** Sends what was collected. False: there was nothing. */
  flush(outbox: Outbox<Uint8Array>): boolean {
    this.#encode();
    if (this.#pieces.length === 0) return false;
    for (const piece of this.#pieces) outbox.send(piece);
    this.#pieces = [];
    return true;
  }

  #encode(): void {
    if (this.#text === "") return;
    this.#pieces.push(Buffer.from(this.#text));
    this.#text = "";
  }
}

/** How the end of a body is told. */
const [NOTHING, LENGTH, CHUNKED, CLOSE] = [0, 1, 2, 3];

/** Writes one response. @internal */
export class ResponseWriter implements Responding {
  started = false;
  ended = false;
  status = 0;
  /** Bytes of the body. */
  bytes = 0;
  /** Whether the connection is to be closed after it. */
  close: boolean;
  readonly #out: Writer;
  readonly #method: string;
  readonly #isOld: boolean;
  readonly #server: string;
  #framing = NOTHING;
  #left = 0;

  constructor(out: Writer, { method, version, keepAlive }: RequestHeader, server: string) {
    this.#out = out;
    this.#method = method;
    this.#isOld = version === "1.0";
    this.#server = server;
    this.close = !keepAlive;
  }

  /** A whole response, whose body is known. */
  whole({ statuscode, headers, length, trailers }: Resource, data: string | Uint8Array | undefined, now: number): void {
    const size = data === undefined ? 0 : typeof data === "string" ? Buffer.byteLength(data) : data.length;
    this.head(statuscode, headers, this.#method === "HEAD" ? (length ?? size) : size, now, typeof data === "string");
    if (data !== undefined) this.data(data, size);
    this.end(trailers);
  }

  /** The first line and the fields. `length`: of the body, if it is known. */
  head(
    statuscode: Resource["statuscode"],
    headers: ResourceHeaders | undefined,
    length: number | undefined,
    now: number,
    isText = false,
  ): void {
    const { status, text } = statusOf(statuscode);
    if (status < 200) throw new RangeError(`Cannot answer with status ${status}: it is not a final one`);
    const fields = headFields(headers);
    const size = length ?? fields.length;
    this.close ||= fields.close;
    this.status = status;
    this.#frame(status, size);
    const type = !isText || fields.hasType || status === 204 || status === 304 ? "" : "Content-Type: text/plain; charset=utf-8\r\n";
    const server = fields.hasServer ? "" : this.#server;
    const head = `HTTP/1.1 ${text}\r\n${server}Date: ${httpDate(now)}\r\n${this.#framingFields(status, size)}${type}${fields.text}\r\n`;
    if (fields.isASCII && typeof statuscode !== "string") this.#out.text(head);
    else this.#say(head);
    this.started = true;
  }

  /** The client may send the body. */
  sayContinue(): void {
    this.#out.text("HTTP/1.1 100 Continue\r\n\r\n");
  }

  /** The head of the response that ends with another protocol, or with the connection. */
  switchTo(statuscode: number | string, headers: ResourceHeaders | undefined, now: number): void {
    const { status, text } = statusOf(statuscode);
    const fields = pairsOf(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    if (status >= 200) fields.unshift(this.#server, `Date: ${httpDate(now)}\r\n`, "Connection: close\r\n");
    this.status = status;
    this.#say(`HTTP/1.1 ${text}\r\n${fields.join("")}\r\n`);
  }

  #frame(status: number, size: number | undefined): void {
    this.#left = 0;
    if (this.#method === "HEAD" || status === 204 || status === 304) {
      this.#framing = NOTHING;
    } else if (size !== undefined) {
      this.#framing = LENGTH;
      this.#left = size;
    } else if (this.#isOld) {
      this.#framing = CLOSE;
      this.close = true;
    } else this.#framing = CHUNKED;
  }

  #framingFields(status: number, size: number | undefined): string {
    const connection = this.close ? "Connection: close\r\n" : this.#isOld ? "Connection: keep-alive\r\n" : "";
    if (status === 204 || (status === 304 && size === undefined) || (size === 0 && status === 304)) return connection;
    if (size !== undefined) return `Content-Length: ${size}\r\n${connection}`;
    return this.#isOld ? connection : `Transfer-Encoding: chunked\r\n${connection}`;
  }

  /** Values are Latin-1, and what is written is UTF-8. */
  #say(head: string): void {
    if (/[^\0-\x7f]/.test(head)) this.#out.bytes(Buffer.from(head, "latin1"));
    else this.#out.text(head);
  }

  /** A piece of the body. @throws RangeError when there is more than was said */
  data(data: string | Uint8Array, size: number = typeof data === "string" ? Buffer.byteLength(data) : data.length): void {
    if (size === 0 || this.#framing === NOTHING) return;
    if (this.#framing === LENGTH && size > this.#left) throw new RangeError("Cannot send the body: it is longer than its length says");
    this.#left -= size;
    this.bytes += size;
    if (this.#framing === CHUNKED) this.#out.text(`${size.toString(16)}\r\n`);
    if (typeof data === "string") this.#out.text(data);
    else this.#out.bytes(data);
    if (this.#framing === CHUNKED) this.#out.text("\r\n");
  }

  /** @throws RangeError when there is less than was said */
  end(trailers?: ResourceHeaders): void {
    if (this.#framing === LENGTH && this.#left > 0) throw new RangeError("Cannot end the body: it is shorter than its length says");
    if (this.#framing === CHUNKED) {
      const fields = pairsOf(trailers).map(([name, value]) => `${name}: ${value}\r\n`);
      this.#say(`0\r\n${fields.join("")}\r\n`);
    }
    this.ended = true;
  }
}

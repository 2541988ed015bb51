// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { Connection, ConnectionEvents, Endpoint } from "../../../axon/index.ts";
import type { RequestHeader } from "../messages.ts";
import { type MessageParser, requestParser } from "../messageParser.ts";

const NOWHERE: Endpoint = { address: "", port: 0 };
/** Fields that are about a connection of HTTP/1.1. RFC 9113 8.2.2 */
const OF_CONNECTIONS = /^(?:connection|keep-alive|proxy-connection|transfer-encoding|upgrade|host)$/;
/** Our own requests: they were looked at already. */
const LIMITS = { maxLine: Infinity, maxHead: Infinity, maxHeaders: Infinity };

/** Takes requests as HTTP/1.1 writes them, one after the other, and asks each on a stream of its own; gives the answers as HTTP/1.1 writes them. @internal */
export class StreamConnection implements Connection {
  readonly local: Endpoint = NOWHERE;
  readonly remote: Endpoint = NOWHERE;
  readonly #session: ClientHttp2Session;
  readonly #events: ConnectionEvents;
  readonly #left: () => void;
  readonly #onClose: () => void;
  readonly #parser: MessageParser<RequestHeader> = requestParser(LIMITS, true);
  #stream: ClientHttp2Stream | undefined;
  #isOver = false;
  #isPaused = false;
  /** The answer is written in chunks. */
  #isChunked = false;
  #trailers = "";

  constructor(session: ClientHttp2Session, events: ConnectionEvents, left: () => void) {
    this.#session = session;
    this.#events = events;
    this.#left = left;
    this.#onClose = () => this.#over();
    session.on("close", this.#onClose);
  }

  write(pieces: readonly Uint8Array[]): boolean {
    let hasRoom = true;
    for (const piece of pieces) this.#parser.push(Buffer.from(piece));
    for (let part = this.#parser.pull(); part !== undefined; part = this.#parser.pull()) {
      if (part.type === "ParsedHTTPHeader") this.#ask(part.header);
      else if (part.type === "ParsedHTTPEnd") this.#stream?.end();
      else if (this.#stream?.write(part.bodychunk) === false) hasRoom = false;
    }
    return hasRoom;
  }

  secure(): void {}

  end(): void {
    queueMicrotask(() => this.#events.finished());
    this.abort();
  }

  abort(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.close(constants.NGHTTP2_CANCEL);
    this.#leave();
  }

  pause(): void {
    this.#isPaused = true;
    this.#stream?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#stream?.resume();
  }

  #ask({ method, headers, fields, length, "raw-uri": path }: RequestHeader): void {
    const asked: OutgoingHttpHeaders = { ":method": method, ":scheme": "https", ":path": path, ":authority": headers["host"] ?? "" };
    for (const [name, value] of fields) {
      const lower = name.toLowerCase();
      if (OF_CONNECTIONS.test(lower)) continue;
      const before = asked[lower];
      asked[lower] = before === undefined ? value : [...(Array.isArray(before) ? before : [String(before)]), value];
    }
    let stream: ClientHttp2Stream;
    try {
      stream = this.#session.request(asked, { endStream: length === 0 });
    } catch (error) {
      queueMicrotask(() => this.#over(error instanceof Error ? error : new Error(String(error))));
      return;
    }
    this.#stream = stream;
    this.#trailers = "";
    let isAnswered = false;
    const mine = (what: () => void) => (): void => {
      if (this.#stream === stream) what();
    };
    stream.on(
      "continue",
      mine(() => this.#say("HTTP/1.1 100 Continue\r\n\r\n")),
    );
    stream.on("response", (got, flags) => {
      if (this.#stream !== stream) return;
      isAnswered = true;
      this.#head(got, method, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0);
      stream.on("data", (bytes: Buffer) => {
        if (this.#stream === stream) this.#body(bytes);
      }); // not before: it may come earlier
      if (this.#isPaused) stream.pause();
    });
    stream.on("trailers", (got) => (this.#trailers = linesOf(got)));
    stream.on(
      "drain",
      mine(() => this.#events.drained()),
    );
    let failure: Error | undefined;
    stream.on("error", (error: Error) => (failure = error));
    stream.on(
      "end",
      mine(() => {
        if (!isAnswered || failure !== undefined || (stream.rstCode !== 0 && stream.rstCode !== constants.NGHTTP2_NO_ERROR)) return;
        if (stream.writableEnded) this.#stream = undefined;
        if (this.#isChunked) this.#say(`0\r\n${this.#trailers}\r\n`);
      }),
    );
    stream.on(
      "close",
      mine(() => this.#over(failure ?? new Error(`the server closed the stream (${stream.rstCode})`))),
    );
  }

  #head(headers: IncomingHttpHeaders & IncomingHttpStatusHeader, method: string, isAll: boolean): void {
    const { ":status": status = 0, "content-length": length } = headers;
    const isEmpty = isAll || method === "HEAD" || status === 204 || status === 304;
    this.#isChunked = !isEmpty && length === undefined;
    let framing = "";
    if (this.#isChunked) framing = "Transfer-Encoding: chunked\r\n";
    else if (length === undefined && method !== "HEAD" && status !== 204 && status !== 304) framing = "Content-Length: 0\r\n";
    this.#say(`HTTP/1.1 ${status} \r\n${linesOf(headers)}${framing}\r\n`);
  }

  #body(bytes: Buffer): void {
    if (!this.#isChunked) this.#events.data(bytes);
    else this.#events.data(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]));
  }

  #say(text: string): void {
    this.#events.data(Buffer.from(text, "latin1"));
  }

  /** Nothing more can be asked. */
  #over(error?: Error): void {
    if (this.#isOver) return;
    this.#stream = undefined;
    this.#leave();
    this.#events.closed(error);
  }

  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#session.off("close", this.#onClose);
    this.#left();
  }
}

function linesOf(headers: IncomingHttpHeaders): string {
  let lines = "";
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(":") || OF_CONNECTIONS.test(name) || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) lines += `${name}: ${one}\r\n`;
  }
  return lines;
}

// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { IncomingMessage, ServerResponse } from "node:http";
import { Duplex } from "node:stream";
import type { Handler } from "../handlers.ts";
import { getErrorPage } from "../errorPages.ts";
import type { HTTPRequest } from "../request.ts";
import { responseParser } from "../messageParser.ts";
import type { ResponseHeader } from "../messages.ts";
import type { Resource } from "../resource.ts";

/** A handler in the style of Connect and Express: answers, or calls the next one, perhaps with an error. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => unknown;

/**
 * A handler made of middleware in the style of Connect, `(req, res, next)`; an application of Express is one, too. They are called one after the other, as each
 * calls `next`. They get the objects of node:http, whose bytes come from and go to our own server, so it works with TLS, HTTP/2 and simulated networks.
 * Bodies are streams both ways, no faster than they are read. What nobody answers goes to `otherwise`.
 *
 * @param otherwise answers what no middleware does. Default: 404
 * @example
 * const hello: Middleware = (_, response) => response.end("Hello");
 * const protocol = HTTPProtocol(connectHandler([hello]));
 */
export function connectHandler(middleware: readonly Middleware[], otherwise: Handler = nothing): Handler {
  return (request) =>
    new Promise((resolve, reject) => {
      const wire = new Wire(request);
      const message = messageOf(request, wire);
      const response = new ServerResponse(message);
      response.assignSocket(wire as unknown as IncomingMessage["socket"]);
      wire.head.then((head) => resolve(wire.resource(head)), reject);
      response.on("finish", () => wire.finish());
      wire.on("drain", () => response.writableEnded || response.emit("drain")); // node:http's own server does it for its sockets
      const fail = (error: unknown): void => {
        wire.destroy(error instanceof Error ? error : new Error(String(error)));
        reject(error);
      };
      const call = (n: number): void => {
        const one = middleware[n];
        if (one === undefined) {
          resolve(otherwise(request));
          return;
        }
        let called = false;
        const next = (error?: unknown): void => {
          if (called) return;
          called = true;
          if (error === undefined || error === null || error === "route") call(n + 1);
          else fail(error);
        };
        try {
          const result = one(message, response, next);
          if (result instanceof Promise) result.catch(fail);
        } catch (error) {
          fail(error);
        }
      };
      call(0);
    });
}

const nothing: Handler = ({ parsed }) => getErrorPage(404, `There is nothing at ${parsed["non-query-uri"]}.`);

/** The request as node:http has it. Its body comes when it is read. */
function messageOf(request: HTTPRequest, wire: Wire): IncomingMessage {
  const { parsed } = request;
  const message = new IncomingMessage(wire as unknown as IncomingMessage["socket"]);
  message.method = parsed.method;
  message.url = parsed["raw-uri"].startsWith("/")
    ? parsed["raw-uri"]
    : `${parsed["non-query-uri"]}${parsed.query === "" ? "" : `?${parsed.query}`}`;
  message.httpVersion = parsed.version === "2" ? "2.0" : parsed.version;
  [message.httpVersionMajor, message.httpVersionMinor] = parsed.version === "1.0" ? [1, 0] : [1, 1]; // what the answer is written for
  message.rawHeaders = parsed.fields.flat();
  for (const [name, value] of parsed.fields) {
    const lower = name.toLowerCase();
    const before = message.headers[lower];
    message.headers[lower] = lower === "set-cookie" ? [...(Array.isArray(before) ? before : []), value] : parsed.headers[lower];
  }
  const reader = request.body?.getReader();
  const begin = message._read;
  message._read = (size) => {
    begin.call(message, size); // notes that somebody reads
    if (reader === undefined) {
      message.complete = true;
      message.push(null);
    } else
      reader.read().then(
        ({ done, value }) => {
          if (done) message.complete = true;
          message.push(done ? null : Buffer.from(value));
        },
        (error: Error) => message.destroy(error),
      );
  };
  request.signal.addEventListener("abort", () => {
    message.emit("aborted");
    wire.destroy();
    message.destroy();
  });
  return message;
}

/** What ServerResponse takes for a socket: reads the response that it writes. */
class Wire extends Duplex {
  readonly encrypted: boolean;
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly #parser = responseParser();
  #answered!: (head: ResponseHeader) => void;
  #failed!: (error: Error) => void;
  readonly head: Promise<ResponseHeader>;
  #hasHead = false;
  /** Tells ServerResponse that it may write more. */
  #taken: (() => void) | undefined;
  #finished = false;
  #news: (() => void) | undefined;

  constructor({ parsed }: HTTPRequest) {
    super();
    this.#parser.method = parsed.method;
    this.encrypted = parsed["uri-protocol"] === "https";
    this.remoteAddress = parsed.peer;
    this.remotePort = parsed.peerport;
    this.localAddress = parsed.localip;
    this.localPort = parsed.localport;
    this.head = new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
    });
    this.head.catch(() => {});
    this.on("error", () => {}); // `head` and the body say so
  }

  // What programs do to sockets, and what means nothing here.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#parser.push(Buffer.from(bytes));
    this.#taken = done;
    if (!this.#hasHead) this.#readHead();
    this.#news?.();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#failed(error ?? new Error("the response was broken off"));
    this.#news?.();
    done(error);
  }

  /** Nothing more is written. */
  finish(): void {
    this.#finished = true;
    this.#parser.finish();
    this.#news?.();
  }

  resource(header: ResponseHeader): Resource {
    const { responsecode, reason, fields } = header;
    const length = header.headers["content-length"];
    const headers = fields.filter(([name]) => !/^(?:connection|keep-alive|transfer-encoding|date|content-length)$/i.test(name));
    const head = { statuscode: `${responsecode} ${reason}`, headers };
    return { ...head, ...(length === undefined ? {} : { length: Number(length) }), data: this.#body() };
  }

  #readHead(): void {
    for (;;) {
      const part = this.#parser.pull();
      if (part?.type !== "ParsedHTTPHeader") {
        this.#goOn();
        return;
      }
      const { header } = part;
      if (header.bad !== false) this.destroy(new Error(header.bad.reason));
      else if (header.responsecode < 200) continue;
      else {
        this.#hasHead = true;
        this.#answered(header);
      }
      return;
    }
  }

  #goOn(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  async *#body(): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const part = this.#parser.pull();
        if (part?.type === "ParsedHTTPBodyChunk") yield part.bodychunk;
        else if (part?.type === "ParsedHTTPEnd") {
          if (part.bad !== undefined) throw new Error(part.bad.reason);
          return;
        } else if (this.destroyed) throw this.errored ?? new Error("the response was broken off");
        else if (part === undefined && this.#finished) return;
        else {
          const more = new Promise<void>((resolve) => (this.#news = resolve));
          this.#goOn();
          if (!this.destroyed && !this.#finished) await more;
        }
      }
    } finally {
      this.#goOn();
      if (!this.#finished) this.destroy();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { System } from "../../axon/index.ts";
import type { RequestHeader } from "./messages.ts";

/** A request as a handler gets it: the Request of the WHATWG, and what the original's handlers got. */
export interface HTTPRequest extends Request {
  /** What the request says before its body, under the original's names. */
  readonly parsed: RequestHeader;
  /** What the route's pattern matched, by name. */
  readonly params: Readonly<Record<string, string>>;
  /** Where to take time and chance from. */
  readonly system: System;
  /** The same request as an object of the runtime's own class, for those who look whether it is one. */
  readonly native: Request;
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

/** The body of a request on its way to a handler, no faster than it is read. @internal */
export class Incoming {
  /** Whether the handler waits for more. */
  wanted = false;
  readonly #news: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #stream: ReadableStream<Uint8Array> | undefined;
  #over: { readonly error?: Error } | undefined;

  constructor(news: () => void) {
    this.#news = news;
  }

  /** Whether anybody has asked for it. */
  get isUsed(): boolean {
    return this.#stream !== undefined;
  }

  get stream(): ReadableStream<Uint8Array> {
    return (this.#stream ??= new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
          if (this.#over !== undefined) this.#close(this.#over.error);
        },
        pull: () => {
          this.wanted = true;
          this.#news();
        },
        cancel: () => {
          this.#controller = undefined;
          this.wanted = false;
        },
      },
      { highWaterMark: 0 },
    ));
  }

  give(bytes: Uint8Array): void {
    this.wanted = false;
    this.#controller?.enqueue(bytes);
  }

  /** There is no more; or there will never be, for this reason. */
  end(error?: Error): void {
    if (this.#over !== undefined) return;
    this.#over = error === undefined ? {} : { error };
    this.wanted = false;
    this.#close(error);
  }

  #close(error?: Error): void {
    if (error !== undefined) this.#controller?.error(error);
    else this.#controller?.close();
    this.#controller = undefined;
  }
}

/** A request that becomes a real Request only when it is used as one: that costs more than all the rest of answering it. @internal */
export class LazyRequest implements HTTPRequest {
  readonly parsed: RequestHeader;
  readonly params: Readonly<Record<string, string>>;
  readonly system: System;
  readonly #incoming: Incoming | undefined;
  readonly #left: () => AbortSignal;
  #request: Request | undefined;
  #headers: Headers | undefined;

  constructor(
    parsed: RequestHeader,
    system: System,
    incoming: Incoming | undefined,
    left: () => AbortSignal,
    params: Readonly<Record<string, string>> = NO_PARAMS,
  ) {
    this.parsed = parsed;
    this.system = system;
    this.params = params;
    this.#incoming = incoming;
    this.#left = left;
  }

  /** The same request, as it came by a route. */
  routed(parsed: RequestHeader, params: Readonly<Record<string, string>>): LazyRequest {
    return new LazyRequest(parsed, this.system, this.#incoming, this.#left, params);
  }

  get method(): string {
    return this.parsed.method;
  }
  get url(): string {
    const { parsed } = this;
    const server = parsed["uri-server"];
    return new URL(`${parsed["uri-protocol"]}://${server === "" ? "localhost" : server}${pathOf(parsed)}`).href;
  }
  get headers(): Headers {
    return (this.#headers ??= new Headers(this.parsed.fields.map(([name, value]) => [name, value])));
  }
  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#real.body;
  }
  get bodyUsed(): boolean {
    return this.#request?.bodyUsed ?? false;
  }
  get signal(): AbortSignal {
    return this.#left();
  }
  get duplex(): "half" {
    return "half";
  }
  get cache(): RequestCache {
    return "default";
  }
  get credentials(): RequestCredentials {
    return "same-origin";
  }
  get destination(): RequestDestination {
    return "";
  }
  get integrity(): string {
    return "";
  }
  get keepalive(): boolean {
    return false;
  }
  get mode(): RequestMode {
    return "cors";
  }
  get redirect(): RequestRedirect {
    return "follow";
  }
  get referrer(): string {
    return "about:client";
  }
  get referrerPolicy(): ReferrerPolicy {
    return "";
  }
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#real.arrayBuffer();
  }
  blob(): Promise<Blob> {
    return this.#real.blob();
  }
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#real.bytes();
  }
  formData(): Promise<FormData> {
    return this.#real.formData();
  }
  json(): Promise<unknown> {
    return this.#real.json();
  }
  text(): Promise<string> {
    return this.#real.text();
  }
  clone(): Request {
    return this.#real.clone();
  }

  get native(): Request {
    return this.#real;
  }

  /** What the runtime says it cannot parse when it is given this for a Request of its own, as in `fetch(request)`. */
  toString(): string {
    return "a request of HTTPServer: give request.native, which is a Request of the runtime's own";
  }

  get #real(): Request {
    return (this.#request ??= this.#make());
  }

  #make(): Request {
    const { method, headers } = this;
    const body = this.#incoming === undefined || method === "GET" || method === "HEAD" ? null : this.#incoming.stream;
    const init: RequestInit & { duplex: "half" } = { method, headers, body, duplex: "half", signal: this.signal };
    return new Request(this.url, init);
  }
}

function pathOf(parsed: RequestHeader): string {
  const { query } = parsed;
  const path = parsed["non-query-uri"];
  return `${path === "*" ? "/*" : path}${query === "" ? "" : `?${query}`}`;
}

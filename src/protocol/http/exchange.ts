// SPDX-License-Identifier: Apache-2.0
import { inspect } from "node:util";
import {
  type AnyComponent,
  Component,
  inboxOf,
  type Linkage,
  type Outbox,
  outboxOf,
  producerFinished,
  shutdownMicroprocess,
} from "../../axon/index.ts";
import type { HTTPServerComponent } from "./connection.ts";
import { userOf } from "./credentials.ts";
import { getErrorPage } from "./errorPages.ts";
import type { Answer, Handler, Upgrade } from "./handlers.ts";
import type { ParsedHTTPEnd, RequestHeader } from "./messages.ts";
import { Incoming, LazyRequest } from "./request.ts";
import { checkMeant, GIVE, type Resource, resourceOf } from "./resource.ts";
import { peek } from "./peek.ts";
import { retire } from "./retire.ts";
import type { Responding } from "./sides.ts";

type Pieces = AsyncIterator<string | Uint8Array>;

/** One request and its response. What comes from elsewhere (promises, streams) waits until the connection has its turn. @internal */
export class Exchange {
  readonly header: RequestHeader;
  readonly #connection: HTTPServerComponent;
  readonly #response: Responding;
  readonly #begun: number;
  /** The body of the request, for those who read it as a stream. */
  #incoming: Incoming | undefined;
  #bodyEnded: boolean;
  #continued = false;
  #unread = 0;
  #mustClose = false;
  #leaving: AbortController | undefined;
  /** A component that answers. */
  #handler: AnyComponent | undefined;
  #linkages: readonly Linkage[] = [];
  /** The box through which it gets the body. */
  #body: Outbox<Uint8Array> | undefined;
  #handlerGone: { readonly failure: Error | undefined } | undefined;
  #roomAwaited = false;
  /** What was waited for has come. */
  #arrived: (() => void) | undefined;
  #pieces: Pieces | undefined;
  /** Something from outside is waited for; and how to tell the system that it has come. */
  #awaits = false;
  #expected: (() => void) | undefined;

  constructor(connection: HTTPServerComponent, header: RequestHeader) {
    const { settings, parser, system } = connection;
    this.header = header;
    this.#connection = connection;
    this.#response = connection.respond(header);
    this.#begun = settings.log === undefined ? 0 : system.clock.now();
    this.#bodyEnded = header.length === 0;
    if (this.#bodyEnded && header.bad === false && header.method !== "CONNECT") parser.pull();
  }

  /** Whether the response has begun. */
  get started(): boolean {
    return this.#response.started;
  }

  get isOver(): boolean {
    return this.#response.ended && (this.#bodyEnded || this.closes);
  }

  /** Whether the connection is to be closed afterwards. */
  get closes(): boolean {
    return this.#response.close || this.#mustClose;
  }

  /** Whether more of the body is wanted. */
  get wantsBytes(): boolean {
    if (this.#bodyEnded) return false;
    if (this.#response.ended) return !this.closes;
    if (this.#handler !== undefined) return !this.#roomAwaited;
    return this.#incoming?.wanted === true;
  }

  begin(handler: Handler): void {
    const { header } = this;
    if (header.method === "CONNECT" || header.method === "TRACE") {
      this.retire();
      this.refuse(501);
      return;
    }
    if (!this.#bodyEnded) this.#incoming = new Incoming(() => this.#connection.news());
    try {
      this.#take(handler(new LazyRequest(header, this.#connection.system, this.#incoming, () => this.#signal)));
    } catch (error) {
      this.fail(error);
    }
  }

  /** The connection is to be closed afterwards. `soon`: what answers without end is told to come to one. */
  retire(soon = false): void {
    this.#response.close = true;
    if (soon && this.#handler !== undefined) retire(this.#handler);
  }

  /** Answers with an error page. */
  refuse(status: number, message?: string): void {
    const { settings, system } = this.#connection;
    if (this.header.bad !== false) this.retire();
    const now = system.clock.wallTime();
    try {
      const page = settings.errorPages(status, message);
      this.#response.whole(page, typeof page.data === "string" || page.data instanceof Uint8Array ? page.data : undefined, now);
    } catch (error) {
      settings.failed(error, this.header);
      this.#response.whole(getErrorPage(status), undefined, now);
    }
  }

  /** The handler has failed. It costs this response, or, if that has begun, the connection. */
  fail(error: unknown): void {
    const { settings } = this.#connection;
    settings.failed(error, this.header);
    this.#release();
    if (this.#response.ended) return;
    if (!this.#response.started) this.refuse(500);
    else this.#connection.breakOff(error);
  }

  /** Does all that can be done now. */
  work(): void {
    this.#takeIn();
    const arrived = this.#arrived;
    this.#arrived = undefined;
    try {
      arrived?.();
      if (this.#handler !== undefined || this.#handlerGone !== undefined) this.#hearHandler();
    } catch (error) {
      this.fail(error);
    }
    if (this.#response.ended) this.#takeIn();
    this.#expect();
  }

  /** The component that answers has ended. */
  handlerEnded(failure: Error | undefined): void {
    if (this.#handler !== undefined) this.#handlerGone = { failure };
  }

  /** The connection is over. */
  abandon(reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.#incoming?.end(error);
    this.#leaving?.abort(error);
    this.#release();
    this.#awaits = false;
    this.#expect();
  }

  /** Tells the log. */
  log(): void {
    const { settings, system } = this.#connection;
    if (settings.log === undefined) return;
    const { header } = this;
    const { status, bytes } = this.#response;
    const { referer, authorization } = header.headers;
    settings.log({
      time: system.clock.wallTime(),
      took: system.clock.now() - this.#begun,
      peer: header.peer,
      method: header.method,
      uri: header["raw-uri"],
      version: header.version,
      status,
      bytes,
      referrer: referer,
      agent: header.headers["user-agent"],
      user: userOf(authorization),
    });
  }

  get #signal(): AbortSignal {
    return (this.#leaving ??= new AbortController()).signal;
  }

  // The request's body

  #takeIn(): void {
    const { parser } = this.#connection;
    while (this.wantsBytes) {
      this.#sayContinue();
      const part = parser.pull();
      if (part === undefined) return;
      if (part.type === "ParsedHTTPBodyChunk") this.#takeChunk(part.bodychunk);
      else if (part.type === "ParsedHTTPEnd") this.#bodyEnds(part);
    }
  }

  #sayContinue(): void {
    if (!this.header.expectsContinue || this.#continued) return;
    if (this.#response.started) {
      this.#mustClose = true; // whether the client now sends the body, nobody knows
      return;
    }
    this.#continued = true;
    this.#response.sayContinue();
  }

  #takeChunk(bytes: Uint8Array): void {
    if (this.#response.ended) {
      this.#unread += bytes.length;
      if (this.#unread > this.#connection.settings.maxUnread) this.#mustClose = true;
    } else if (this.#handler === undefined) this.#incoming?.give(bytes);
    else {
      const body = this.#body;
      if (body === undefined) return;
      body.send(bytes);
      if (!body.full) return;
      this.#roomAwaited = true;
      body.whenRoom(() => {
        this.#roomAwaited = false;
        this.#connection.news();
      });
    }
  }

  #bodyEnds({ bad }: ParsedHTTPEnd): void {
    this.#bodyEnded = true;
    if (bad === undefined) {
      this.#incoming?.end();
      this.#tellBodyEnd();
      return;
    }
    const error = new Error(`Cannot read the body: ${bad.reason}`);
    this.#incoming?.end(error);
    this.#leaving?.abort(error);
    this.retire();
    this.#release();
    this.#arrived = undefined;
    if (this.#response.ended) return;
    if (this.#response.started) this.#connection.breakOff(error);
    else this.refuse(bad.status, `The request is refused: ${bad.reason}.`);
  }

  /** A component that takes no body would take it for its own end. */
  #tellBodyEnd(): void {
    if (this.#handler?.inboxes["inbox"] !== undefined) this.#handler.stop(producerFinished("the body has ended"));
  }

  // The response

  #take(answer: Answer | Promise<Answer>): void {
    if (typeof answer === "string" || answer instanceof Uint8Array) this.#whole({}, answer);
    else if (answer instanceof Response) this.#respond(answer);
    else if (answer instanceof Component) this.#hand(answer);
    else if (typeof answer !== "object" || answer === null) throw new TypeError(`Cannot answer with ${String(answer)}. ${GIVE}`);
    else if ("then" in answer) this.#await(answer, (it) => this.#take(it));
    else if ("upgrade" in answer) this.#upgrade(answer);
    else this.#resource(answer instanceof Blob ? resourceOf(answer) : answer);
  }

  #resource(resource: Resource): void {
    const { data } = resource;
    if (data === undefined) checkMeant(resource);
    if (data === undefined || typeof data === "string" || data instanceof Uint8Array) {
      this.#whole(resource, data);
      return;
    }
    if (typeof data !== "object" || data === null || !(Symbol.asyncIterator in data))
      throw new TypeError(`Cannot send ${inspect(data)} as the data of a resource: give text, bytes, or what gives them piece by piece`);
    this.#response.head(resource.statuscode, resource.headers, resource.length, this.#now);
    if (this.header.method === "HEAD") this.#response.end();
    else this.#send(data[Symbol.asyncIterator](), resource.trailers);
  }

  #whole(resource: Resource, data: string | Uint8Array | undefined): void {
    this.#response.whole(resource, data, this.#now);
    this.#release();
  }

  get #now(): number {
    return this.#connection.system.clock.wallTime();
  }

  /** Sends piece after piece, each when the one before has been taken. */
  #send(pieces: Pieces, trailers: Resource["trailers"], next: Promise<IteratorResult<string | Uint8Array>> = pieces.next()): void {
    this.#pieces = pieces;
    this.#await(next, ({ done, value }) => {
      if (done === true) {
        this.#pieces = undefined;
        this.#response.end(trailers);
        this.#release();
        return;
      }
      this.#response.data(value);
      this.#send(pieces, trailers);
    });
  }

  #respond(response: Response): void {
    const { status, statusText, headers, body } = response;
    const fields = [...headers];
    const statuscode = statusText === "" ? status : `${status} ${statusText}`;
    if (body === null || this.header.method === "HEAD") {
      void body?.cancel();
      const length = headers.get("content-length");
      this.#whole({ statuscode, headers: fields, ...(length === null ? {} : { length: Number(length) }) }, undefined);
      return;
    }
    const pieces = body[Symbol.asyncIterator]();
    this.#pieces = pieces;
    this.#await(peek(pieces), ({ first, next }) => {
      if (next === undefined) {
        this.#pieces = undefined;
        this.#whole({ statuscode, headers: fields }, first);
        return;
      }
      this.#response.head(statuscode, fields, undefined, this.#now);
      this.#response.data(first);
      this.#send(pieces, undefined, next);
    });
  }

  /** Does something with what is promised, once it is there and the connection has its turn. */
  #await<T>(promise: PromiseLike<T>, then: (value: T) => void): void {
    this.#awaits = true;
    this.#expect();
    const arrive = (what: () => void): void => {
      this.#awaits = false;
      this.#arrived = what;
      this.#connection.news();
      this.#expect();
    };
    promise.then(
      (value) => arrive(() => then(value)),
      (error: unknown) => arrive(() => this.fail(error)),
    );
  }

  /** The system is to know that something will come from outside; but not while the handler waits for what the client says. */
  #expect(): void {
    const expects = this.#awaits && !this.wantsBytes;
    if (expects === (this.#expected !== undefined)) return;
    this.#expected?.();
    this.#expected = expects ? this.#connection.system.expect(`what answers ${this.header.method} ${this.header["raw-uri"]}`) : undefined;
  }

  #upgrade({ upgrade, statuscode = 101, headers, saysHead = false }: Upgrade): void {
    const { out } = this.#connection;
    if (saysHead) this.#response.status = 101;
    else this.#response.switchTo(statuscode, headers, this.#now);
    this.#response.ended = true;
    this.#bodyEnded = true;
    out.flush(this.#connection.outboxes.outbox);
    this.#connection.upgrade(upgrade);
  }

  // A component that answers

  #hand(handler: AnyComponent): void {
    const connection = this.#connection;
    const { inboxes } = connection;
    const linkages = [connection.link(outboxOf(handler, "outbox"), inboxes._resources)];
    if (handler.inboxes["inbox"] !== undefined && !this.#bodyEnded) {
      this.#body = connection.bodyOutbox();
      linkages.push(connection.link(this.#body, inboxOf(handler, "inbox")));
    }
    connection.addChildren(handler);
    connection.watch(handler, inboxes._ended);
    this.#linkages = linkages;
    this.#handler = handler;
    handler.activate();
    if (this.#bodyEnded) this.#tellBodyEnd();
  }

  #hearHandler(): void {
    const { _resources } = this.#connection.inboxes;
    for (const resource of _resources) if (!this.#response.ended) this.#piece(resource);
    const gone = this.#handlerGone;
    if (gone === undefined || _resources.length > 0) return;
    this.#handlerGone = undefined;
    this.#release();
    if (this.#response.ended) return;
    if (gone.failure !== undefined) this.fail(gone.failure);
    else if (!this.#response.started) this.fail(new Error("Cannot answer: the handler has ended, and has sent nothing"));
    else this.#response.end();
  }

  /** The first says how the response begins. */
  #piece(resource: Resource): void {
    const { data, complete = false, length, trailers } = resource;
    if (data !== undefined && typeof data !== "string" && !(data instanceof Uint8Array))
      throw new TypeError("Cannot send a stream from a component: send its pieces, one after the other");
    if (!this.#response.started && complete) this.#whole(resource, data);
    else {
      if (!this.#response.started) this.#response.head(resource.statuscode, resource.headers, length, this.#now, typeof data === "string");
      if (data !== undefined) this.#response.data(data);
      if (!complete) return;
      this.#response.end(trailers);
      this.#release();
    }
  }

  /** Lets go of what has answered. */
  #release(): void {
    const pieces = this.#pieces;
    this.#pieces = undefined;
    pieces?.return?.().then(undefined, () => {}); // it is over: nobody wants to hear how it ended
    for (const linkage of this.#linkages) linkage.unlink();
    this.#linkages = [];
    const handler = this.#handler;
    this.#handler = undefined;
    if (handler !== undefined && !handler.isStopped) handler.stop(shutdownMicroprocess("the response is over"));
  }
}

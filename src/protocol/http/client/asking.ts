// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, Happening, type Inbox, type Main, type Wait } from "../../../axon/index.ts";
import type { Fields, ParsedHTTP, ResponseHeader } from "../messages.ts";
import { BodyFeed } from "./body.ts";
import type { Call, Receiver } from "./call.ts";
import { Engine } from "./engine.ts";
import { failureOf, type HTTPFailure } from "./failures.ts";
import { type HTTPAsked, type ParsedHTTPRedirect, prepare } from "./request.ts";
import { type HTTPResponse, type HTTPStreamedResponse, responseHead } from "./response.ts";
import type { Settings } from "./settings.ts";

/** What comes of a request. */
export type Outcome = HTTPResponse | HTTPStreamedResponse | HTTPFailure;

interface Manner {
  readonly concurrency: number;
  readonly ordered: boolean;
  readonly stream: boolean;
}

const NONE: readonly string[] = [];

/** Requests that are under way at the same time. @internal */
export class Asking {
  readonly self: AnyComponent;
  readonly engine: Engine;
  readonly #manner: Manner;
  /** Those that are under way, or not told yet. */
  readonly #open = new Set<Asked>();
  #told: Asked[] = [];
  #bell: Happening | undefined;

  constructor(self: AnyComponent, settings: Settings, manner: Manner) {
    this.self = self;
    this.engine = new Engine(self, settings);
    this.#manner = manner;
  }

  /** Asks for each message, tells what comes of it, and ends when all is done. What is still under way then is given up. */
  *each(inbox: Inbox<string | HTTPAsked>, tell: (outcome: Outcome) => void): Main {
    try {
      while (yield* this.#wait(inbox)) {
        while (inbox.length > 0 && this.#hasRoom) this.#ask(inbox.recv());
        this.#tell(tell);
      }
    } finally {
      for (const asked of this.#open) asked.giveUp();
      this.engine.close();
    }
  }

  /** @internal Something has come of this one. */
  done(asked: Asked): void {
    if (!this.#manner.ordered) this.#told.push(asked);
    this.news();
  }

  /** @internal */
  news(): void {
    this.#bell?.happen();
    this.self.unpause();
  }

  get #hasRoom(): boolean {
    return this.#open.size < this.#manner.concurrency;
  }

  /** Sleeps until there is something to do. Answers false when there will be nothing more. */
  *#wait(inbox: Inbox<string | HTTPAsked>): Generator<Wait, boolean, boolean> {
    const { self } = this;
    if (this.#open.size === 0) return yield inbox;
    if (this.#hasRoom && inbox.length > 0) yield;
    else if (this.#hasRoom && self.shutdown === undefined) {
      self.pause();
      yield;
    } else yield (this.#bell = new Happening("an answer"));
    return !self.toldToStop;
  }

  #ask(request: string | HTTPAsked): void {
    const asked = new Asked(this, request, !this.#manner.stream);
    this.#open.add(asked);
    asked.start();
  }

  #tell(tell: (outcome: Outcome) => void): void {
    const told = this.#manner.ordered ? this.#open : this.#told;
    if (!this.#manner.ordered) this.#told = [];
    for (const asked of told) {
      const { outcomes } = asked;
      if (this.#manner.ordered && outcomes.length === 0 && !asked.wasTold) break;
      asked.wasTold = true;
      asked.outcomes = [];
      for (const outcome of outcomes) tell(outcome);
      if (asked.isOver) this.#open.delete(asked);
    }
  }
}

/** One request, and what comes of it. */
class Asked implements Receiver {
  readonly whole: boolean;
  outcomes: Outcome[] = [];
  /** Its response was told, and its body may still come. */
  wasTold = false;
  isOver = false;
  readonly #asking: Asking;
  readonly #request: string | HTTPAsked;
  #call: Call | undefined;
  #redirects: string[] | undefined;
  #body: BodyFeed | undefined;

  constructor(asking: Asking, request: string | HTTPAsked, whole: boolean) {
    this.whole = whole;
    this.#asking = asking;
    this.#request = request;
  }

  start(): void {
    const request = this.#request;
    try {
      const prepared = prepare(typeof request === "string" ? { url: request } : request);
      this.#call = this.#asking.engine.ask(prepared, this);
    } catch (error) {
      const { url = "", method = "GET" } = typeof request === "string" ? { url: request } : request;
      this.failed(failureOf(method, url, error, 1));
    }
  }

  giveUp(): void {
    this.#body?.fail(new Error("the client has ended"));
    this.#call?.abort();
  }

  redirected({ redirect }: ParsedHTTPRedirect): void {
    (this.#redirects ??= []).push(redirect);
  }

  answered(header: ResponseHeader, body: Uint8Array, trailers: Fields | undefined): void {
    const head = responseHead(this.#request, this.#call?.url ?? "", header, this.#redirects ?? NONE);
    this.#done(Object.assign(head, trailers === undefined ? { body } : { body, trailers }));
  }

  part(part: ParsedHTTP<ResponseHeader>): void {
    if (part.type === "ParsedHTTPBodyChunk") this.#body?.push(part.bodychunk);
    else if (part.type === "ParsedHTTPEnd") {
      this.isOver = true;
      this.#body?.end();
      this.#asking.done(this);
    } else this.#begin(part.header);
  }

  failed(failure: HTTPFailure): void {
    this.#body?.fail(failure.error);
    this.#done({ ...failure, request: this.#request });
  }

  #done(outcome: Outcome): void {
    this.isOver = true;
    this.outcomes.push(outcome);
    this.#asking.done(this);
  }

  #begin(header: ResponseHeader): void {
    const call = this.#call;
    if (call === undefined) return;
    const { engine } = this.#asking;
    const over = (): void => {
      call.abort();
      this.isOver = true;
      this.#asking.done(this);
    };
    const unread = (limit: number): void =>
      this.failed(failureOf(call.method, call.url, new Error(`nobody has read its body for ${limit} ms`), 1));
    this.#body = new BodyFeed(call, engine, over, (limit) => {
      call.abort();
      unread(limit);
    });
    const head = responseHead(this.#request, call.url, header, this.#redirects ?? NONE);
    this.outcomes.push(Object.assign(head, { body: this.#body.component, cancel: () => this.#body?.cancel() }));
    this.#asking.done(this);
  }
}

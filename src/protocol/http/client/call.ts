// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import type { Timer } from "../../../axon/index.ts";
import type { Fields, ParsedHTTP, ParsedHTTPEnd, ResponseHeader } from "../messages.ts";
import type { ParserLimits } from "../messageParser.ts";
import { type Continuation, continuationOf } from "./continuing.ts";
import { codingsOf, Decoder, decodeWhole, unpacked } from "./decoding.ts";
import type { Engine } from "./engine.ts";
import { Fault, failureOf, type HTTPFailure, type HTTPPhase, refusal, shown } from "./failures.ts";
import { keptFor } from "./HTTPPool.ts";
import { headOf, isIdempotent, type ParsedHTTPRedirect, type Prepared, redirected } from "./request.ts";
import { mayPass, pauseOf, retryAfter } from "./retrying.ts";
import { Sending } from "./sending.ts";
import type { Route } from "./ways.ts";
import type { Wire, WireUser } from "./wire.ts";

/** Who hears what comes of a request. @internal */
export interface Receiver {
  /** Whether it wants the answer when it is all there, by `answered`; otherwise by `part`. */
  readonly whole: boolean;
  redirected(to: ParsedHTTPRedirect): void;
  part(part: ParsedHTTP<ResponseHeader>): void;
  answered(header: ResponseHeader, body: Uint8Array, trailers: Fields | undefined): void;
  failed(failure: HTTPFailure): void;
}

/** The body of an answer that is not wanted is read, if it is no longer than this: then the connection can be used again. */
const LITTLE = 65_536;
const NOTHING = Buffer.alloc(0);
/** Answers of 1xx before the real one. */
const MOST_INTERIM = 64;

/** One request, until it is answered: its attempts, its redirects, and what it waits for. @internal */
export class Call implements WireUser {
  readonly limits: ParserLimits;
  /** Where it was, of all that has been asked at last. */
  url: string;
  readonly #engine: Engine;
  readonly #receiver: Receiver;
  readonly #asked: string;
  #request: Prepared;
  #route: Route | undefined;
  #wire: Wire | undefined;
  #isReused = false;
  #phase: HTTPPhase = "request";
  #attempts = 1;
  #hops = 0;
  #interim = 0;
  /** The server was told who we are once. */
  #hasProved = false;
  /** Something was said of the answer already. */
  #hasSaid = false;
  #header: ResponseHeader | undefined;
  #codings: readonly string[] = [];
  #pieces: Uint8Array[] = [];
  #decoder: Decoder | undefined;
  /** The end of an answer, while it is unpacked. */
  #end: ParsedHTTPEnd | undefined;
  /** Bytes of the body that have come. */
  #received = 0;
  /** How to go on with a body that broke off. */
  #continuation: Continuation | undefined;
  /** What to do when an answer is over that nobody wants. */
  #afterwards: (() => void) | undefined;
  #unwanted = 0;
  #sending: Sending | undefined;
  #bodyIsSent = true;
  /** The server is asked whether it wants the body, or it is waited until another attempt. */
  #timer: Timer | undefined;
  #total: Timer | undefined;
  #lastHeard = 0;
  #isPaused = false;
  #waits = false;
  #isOver = false;

  constructor(engine: Engine, request: Prepared, receiver: Receiver) {
    this.#engine = engine;
    this.#receiver = receiver;
    this.#request = request;
    this.#asked = request.url.href;
    this.url = shown(this.#asked);
    this.limits = engine.settings.limits;
  }

  get method(): string {
    return this.#request.method;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  start(): void {
    const { totalTimeout = this.#engine.settings.totalTimeout } = this.#request;
    if (Number.isFinite(totalTimeout)) this.#total = this.#engine.clock.setTimer(() => this.#tooLong(totalTimeout), totalTimeout);
    this.#go();
  }

  /** Gives no more parts until `resume`; the server waits. */
  pause(): void {
    if (this.#isPaused || this.#isOver) return;
    this.#isPaused = true;
    if (this.#decoder === undefined) this.#wire?.pause();
    else this.#decoder.pause();
    this.#account();
  }

  resume(): void {
    if (!this.#isPaused || this.#isOver) return;
    this.#isPaused = false;
    this.#lastHeard = this.#engine.clock.now();
    this.#account();
    if (this.#wire !== undefined) this.#engine.watch(this);
    if (this.#decoder === undefined) this.#wire?.resume();
    else this.#decoder.resume();
  }

  /** It is not the server who is to say something, but the component that gives the body. */
  get #awaitsBody(): boolean {
    return this.#sending !== undefined && !this.#sending.isOver && !this.#sending.isHeld;
  }

  /** Ends it; nothing is told any more. */
  abort(): void {
    if (this.#isOver) return;
    this.#finish();
    this.#drop();
  }

  /** Looks whether it has waited too long, and says when to look again. */
  look(now: number): number {
    if (this.#wire === undefined || this.#isPaused || this.#awaitsBody) return Infinity;
    const { timeout, headTimeout } = this.#engine.settings;
    const [limit, option] = this.#phase === "body" ? [timeout, "timeout"] : [headTimeout, "headTimeout"];
    const due = this.#lastHeard + limit;
    if (due > now) return due;
    this.#fault(new Fault(this.#phase, `the server said nothing for ${limit} ms; if it needs more, allow it with ${option}`));
    return Infinity;
  }

  // What the pool and the wire tell.

  begin(wire: Wire, isReused: boolean): void {
    const { settings, clock } = this.#engine;
    this.#wire = wire;
    this.#isReused = isReused;
    this.#lastHeard = clock.now();
    this.#engine.watch(this);
    if (this.#isPaused) wire.pause();
    this.#phase = "head";
    this.#interim = 0;
    const continuation = this.#continuation;
    const request = continuation === undefined ? this.#request : { ...this.#request, headers: continuation.headers };
    const { body, patience, stream } = request;
    const { forward, more } = this.#route!;
    const { agent, proving } = settings;
    const head = headOf(request, { agent, forward, more: `${this.#more()}${more}`, proving });
    this.#bodyIsSent = body === undefined && stream === undefined;
    if (this.#bodyIsSent) wire.write([head]);
    else if (patience !== undefined) {
      wire.write([head]);
      this.#timer = clock.setTimer(() => this.#sendBody(), patience);
    } else if (body === undefined) {
      wire.write([head]);
      this.#sendBody();
    } else {
      this.#bodyIsSent = true;
      wire.write(body.length < LITTLE ? [Buffer.concat([head, body])] : [head, body]);
    }
  }

  heard(): void {
    this.#lastHeard = this.#engine.clock.now();
  }

  drained(): void {
    this.#lastHeard = this.#engine.clock.now();
    this.#sending?.drained();
  }

  lost(fault: Fault, silent: boolean): void {
    this.#wire = undefined;
    if (this.#afterwards !== undefined) this.#proceed();
    else if (silent && this.#isReused && fault.phase !== "connect" && isIdempotent(this.#request) && this.#sending === undefined) {
      this.#drop(); // the server had closed a connection that it had kept, before it heard the request
      this.#go();
    } else this.#fault(fault);
  }

  part(part: ParsedHTTP<ResponseHeader>): void {
    try {
      if (part.type === "ParsedHTTPBodyChunk") this.#chunk(part.bodychunk, part);
      else if (part.type === "ParsedHTTPHeader") this.#head(part.header);
      else this.#ended(part);
    } catch (error) {
      this.#fault(error);
    }
  }

  // One attempt.

  #go(): void {
    try {
      this.#phase = "connect";
      this.#account();
      this.url = shown(this.#request.url.href);
      this.#route = this.#engine.routes.to(this.#request.url);
      this.#engine.settings.pool.acquire(this.#route.way, this, !isIdempotent(this.#request) || this.#request.stream !== undefined);
    } catch (error) {
      this.#fault(error);
    }
  }

  /** Fields that the client adds. */
  #more(): string {
    const { accepts, cookies } = this.#engine.settings;
    const { url, headers } = this.#request;
    const continuation = this.#continuation?.fields ?? "";
    if (accepts === "" && cookies === undefined) return continuation;
    let [wantsAccept, wantsCookie] = [accepts !== "" && this.#continuation?.isPlain !== true, cookies !== undefined];
    for (const [name] of headers) {
      const lower = name.toLowerCase();
      if (lower === "accept-encoding" || lower === "range") wantsAccept = false;
      else if (lower === "cookie") wantsCookie = false;
    }
    const cookie = wantsCookie ? cookies!.header(url, this.#engine.clock.wallTime()) : "";
    return `${wantsAccept ? accepts : ""}${cookie === "" ? "" : `Cookie: ${cookie}\r\n`}${continuation}`;
  }

  #sendBody(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const wire = this.#wire;
    if (wire === undefined || this.#bodyIsSent || this.#sending !== undefined) return;
    this.#lastHeard = this.#engine.clock.now();
    const { body, stream, length } = this.#request;
    if (body !== undefined || stream === undefined) {
      this.#bodyIsSent = true;
      if (body !== undefined) wire.write([body]);
      return;
    }
    try {
      this.#sending = new Sending(this.#engine.owner, stream, length, {
        write: (pieces) => wire.write(pieces),
        turned: () => this.#turn(),
        done: () => {
          this.#bodyIsSent = true;
          this.#turn();
        },
        failed: (error) => this.#fault(new Fault("send", `its body cannot be sent: ${error.message}`, { cause: error })),
      });
      this.#account();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#fault(new Fault("send", `its body cannot be sent: ${reason}`, { cause: error }));
    }
  }

  /** It is somebody else who is waited for: the server, or the component that gives the body. */
  #turn(): void {
    this.#lastHeard = this.#engine.clock.now();
    this.#account();
    if (this.#wire !== undefined) this.#engine.watch(this);
  }

  #head(header: ResponseHeader): void {
    const { settings, clock } = this.#engine;
    const { responsecode: status } = header;
    if (header.bad !== false) throw refusal(header.bad);
    if (status < 200 && status !== 101) {
      if (++this.#interim > MOST_INTERIM) throw new Fault("head", `the server says ${status} for ever, and never answers`);
      if (status === 100) this.#sendBody();
      return;
    }
    settings.cookies?.take(this.#request.url, header.fields, clock.wallTime());
    this.#header = header;
    if (this.#continuation !== undefined) {
      this.#continuation.check(header);
      this.#begun();
      return;
    }
    if (status === 401 && this.#proves(header)) return;
    const next = settings.followRedirects ? redirected(this.#request, status, header.headers["location"]) : undefined;
    if (next !== undefined) this.#redirect(next, status, header);
    else if (!this.#repeats(header)) this.#accept(header);
  }

  /** Its body comes, and may have less time from piece to piece than the answer had. */
  #begun(): void {
    const { timeout, headTimeout } = this.#engine.settings;
    this.#phase = "body";
    if (timeout < headTimeout) this.#engine.watch(this);
  }

  /** The answer is wanted. */
  #accept(header: ResponseHeader): void {
    this.#begun();
    this.#received = 0;
    this.#codings = header.responsecode === 206 ? [] : codingsOf(header.headers["content-encoding"]);
    if (this.#receiver.whole) return;
    if (this.#codings.length > 0) this.#unpack();
    this.#hasSaid = true;
    this.#receiver.part({ type: "ParsedHTTPHeader", header: this.#codings.length > 0 ? unpacked(header) : header });
  }

  #unpack(): void {
    const decoder = new Decoder(this.#codings, this.#engine.settings.maxBody, {
      data: (bodychunk) => this.#receiver.part({ type: "ParsedHTTPBodyChunk", bodychunk }),
      end: () => this.#say(this.#end ?? { type: "ParsedHTTPEnd" }),
      fail: (fault) => this.#fault(fault),
      drained: () => {
        this.#lastHeard = this.#engine.clock.now();
        this.#wire?.resume();
      },
    });
    this.#decoder = decoder;
    if (this.#isPaused) decoder.pause();
  }

  #redirect(next: Prepared, status: number, header: ResponseHeader): void {
    const { maxRedirects } = this.#engine.settings;
    if (next.stream !== undefined && this.#sending !== undefined)
      throw new Fault("redirect", `it redirects to ${next.url.href}, and a body that comes piece by piece cannot be sent again; ask there`);
    this.#receiver.redirected({ type: "ParsedHTTPRedirect", redirect: next.url.href, responsecode: status });
    if (this.#isOver) return;
    if (++this.#hops > maxRedirects)
      throw new Fault("redirect", `it redirects more than ${maxRedirects} times; allow more with maxRedirects`);
    this.#skip(header, () => {
      this.#request = next;
      this.#attempts = 1;
      this.#go();
    });
  }

  /** Answers whether it is asked again because the server wants to know who we are, and that can be proved. */
  #proves(header: ResponseHeader): boolean {
    const { proving } = this.#engine.settings;
    if (proving === undefined || this.#sending !== undefined) return false;
    if (!proving.hear(this.#request.url, header.fields, this.#hasProved)) return false;
    this.#hasProved = true;
    this.#skip(header, () => this.#go());
    return true;
  }

  /** Answers whether it is to be asked again because of what the server says. */
  #repeats({ responsecode, headers, ...header }: ResponseHeader): boolean {
    const { settings, clock, random } = this.#engine;
    if (!mayPass(responsecode) || this.#attempts > settings.retries || !isIdempotent(this.#request) || this.#sending !== undefined)
      return false;
    const asked = retryAfter(headers["retry-after"], clock.wallTime());
    if (asked !== undefined && asked > settings.maxRetryAfter) return false;
    const delay = Math.max(asked ?? 0, pauseOf(settings.backoff, this.#attempts++, random));
    this.#skip(header, () => this.#later(delay));
    return true;
  }

  /** The rest of the answer is not wanted. */
  #skip({ length, keepAlive }: Pick<ResponseHeader, "length" | "keepAlive">, afterwards: () => void): void {
    this.#afterwards = afterwards;
    this.#unwanted = 0;
    if (!keepAlive || !this.#bodyIsSent || (length ?? 0) > LITTLE) this.#proceed();
  }

  #proceed(): void {
    const afterwards = this.#afterwards;
    this.#afterwards = undefined;
    this.#drop();
    afterwards?.();
  }

  #chunk(bytes: Uint8Array, part: ParsedHTTP<ResponseHeader>): void {
    if (this.#afterwards !== undefined) {
      this.#unwanted += bytes.length;
      if (this.#unwanted > LITTLE) this.#proceed();
      return;
    }
    this.#received += bytes.length;
    if (this.#received > this.#engine.settings.maxBody)
      throw new Fault("body", `its body is longer than ${this.#engine.settings.maxBody} bytes`);
    if (this.#receiver.whole) this.#pieces.push(bytes);
    else if (this.#decoder === undefined) this.#receiver.part(part);
    else {
      this.#decoder.write(bytes);
      if (this.#decoder.full) this.#wire?.pause();
    }
  }

  #ended(end: ParsedHTTPEnd): void {
    if (end.bad !== undefined) throw refusal(end.bad);
    const header = this.#header;
    const wire = this.#wire;
    this.#wire = undefined;
    this.#engine.unwatch(this);
    if (wire !== undefined) {
      if (header?.keepAlive === true && this.#bodyIsSent) this.#engine.settings.pool.release(wire, keptFor(header.headers["keep-alive"]));
      else wire.close();
    }
    if (this.#afterwards !== undefined) this.#proceed();
    else if (this.#receiver.whole && header !== undefined) this.#answer(header, end);
    else if (this.#decoder === undefined) this.#say(end);
    else {
      this.#end = end;
      this.#decoder.end();
    }
  }

  #answer(header: ResponseHeader, { trailers }: ParsedHTTPEnd): void {
    const pieces = this.#pieces;
    const bytes = pieces.length === 1 ? pieces[0]! : pieces.length === 0 ? NOTHING : Buffer.concat(pieces);
    const isPacked = this.#codings.length > 0;
    const body = isPacked ? decodeWhole(bytes, this.#codings, this.#engine.settings.maxBody) : bytes;
    this.#finish();
    this.#receiver.answered(isPacked ? unpacked(header) : header, body, trailers);
  }

  #say(end: ParsedHTTPEnd): void {
    this.#finish();
    this.#receiver.part(end);
  }

  // What goes wrong.

  #fault(error: unknown): void {
    if (this.#isOver) return;
    const fault = error instanceof Fault ? error : undefined;
    const isAgain = fault?.passing === true && this.#attempts <= this.#engine.settings.retries && this.#maySendAgain(fault);
    if (isAgain && (!this.#hasSaid || this.#continues())) {
      this.#drop(this.#hasSaid);
      this.#later(pauseOf(this.#engine.settings.backoff, this.#attempts++, this.#engine.random));
      return;
    }
    this.#finish();
    this.#drop();
    this.#receiver.failed(failureOf(this.#request.method, this.#asked, error, this.#attempts));
  }

  #maySendAgain({ phase }: Fault): boolean {
    return this.#sending === undefined && (phase === "connect" || isIdempotent(this.#request));
  }

  /** Whether an answer that broke off can be continued where it was. */
  #continues(): boolean {
    if (this.#header === undefined) return false;
    this.#continuation = continuationOf(this.#request, this.#header, this.#codings.length === 0, this.#received, this.#continuation);
    return this.#continuation !== undefined;
  }

  /** Tries again after so many milliseconds. */
  #later(delay: number): void {
    this.#waits = true;
    this.#account();
    this.#timer = this.#engine.clock.setTimer(() => {
      this.#waits = false;
      this.#timer = undefined;
      this.#go();
    }, delay);
  }

  #tooLong(limit: number): void {
    const fault = new Fault(this.#phase, `it has taken longer than ${limit} ms in all; allow more with totalTimeout`);
    this.#finish();
    this.#drop();
    this.#receiver.failed(failureOf(this.#request.method, this.#asked, fault, this.#attempts));
  }

  /** Lets go of the connection, and of what it was used for. `keeps`: what has come of the body goes on. */
  #drop(keeps = false): void {
    const wire = this.#wire;
    this.#wire = undefined;
    this.#engine.unwatch(this);
    if (this.#route !== undefined) this.#engine.settings.pool.giveUp(this.#route.way, this);
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#sending?.stop();
    if (!keeps) {
      this.#decoder?.destroy();
      this.#decoder = undefined;
      this.#pieces = [];
      this.#header = undefined;
    }
    wire?.close();
  }

  #finish(): void {
    this.#isOver = true;
    this.#total?.cancel();
    this.#timer?.cancel();
    this.#sending?.stop();
    this.#account();
  }

  /** Tells the system whether something is awaited from outside. A clock of real time is outside, too: nobody else waits for its timers. */
  #account(): void {
    const sleeps = (this.#isPaused || this.#waits) && this.#engine.clock.idle !== undefined;
    this.#engine.account(this, !this.#isOver && !sleeps && !this.#awaitsBody);
  }
}

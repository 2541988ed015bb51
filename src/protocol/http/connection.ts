// SPDX-License-Identifier: Apache-2.0
import {
  addOutbox,
  type AnyComponent,
  anyOf,
  Component,
  type Ended,
  inboxOf,
  isShutdown,
  type Main,
  type Outbox,
  outboxOf,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
} from "../../axon/index.ts";
import { Exchange } from "./exchange.ts";
import type { Handler } from "./handlers.ts";
import type { RequestHeader } from "./messages.ts";
import { requestParser, UNREAD } from "./messageParser.ts";
import type { Resource } from "./resource.ts";
import { retire } from "./retire.ts";
import type { Settled } from "./serverOptions.ts";
import type { RequestSource, Responding } from "./sides.ts";
import { ResponseWriter, Writer } from "./writer.ts";

type ServerOutboxes = { outbox: Uint8Array; signal: Shutdown };
type ServerInboxes = { inbox: Uint8Array; control: Shutdown; _resources: Resource; _ended: Ended; _news: true };

/** Serves the requests of one connection, one after the other. @internal */
export class HTTPServerComponent extends Component<ServerInboxes, ServerOutboxes> {
  static readonly Inboxes = {
    inbox: "bytes from the client",
    control: "producerFinished: the client has no more to say; shutdownMicroprocess: it has gone",
    _resources: "what the component that answers a request sends",
    _ended: "it has ended",
    _news: "something that was waited for has come",
  };
  static readonly Outboxes = {
    outbox: "bytes to the client",
    signal: "told when the connection is to be closed",
  };
  readonly out: Writer = new Writer();
  readonly settings: Settled;
  readonly parser: RequestSource;
  readonly #kind: Function;
  readonly #handler: Handler;
  #exchange: Exchange | undefined;
  #body: Outbox<Uint8Array> | undefined;
  #upgraded: AnyComponent | undefined;
  /** No request is begun any more. */
  #closing = false;
  #inputEnded = false;
  #broken: unknown;
  #told: Shutdown | undefined;
  /** Milliseconds that a client which says nothing more counts as one that listens; a stream of HTTP/2 ends with each request. */
  readonly #leaving: number;
  /** When something came or went last, when the body began, and when that has to be looked at. */
  #lastHeard = 0;
  #bodyBegan = 0;
  #due = Infinity;
  #timer: { cancel(): void } | undefined;

  constructor(kind: Function, handler: Handler, settings: Settled, parser?: RequestSource) {
    super();
    this.#kind = kind;
    this.#handler = handler;
    this.settings = settings;
    this.#leaving = parser === undefined ? settings.timeouts.leaving : Infinity;
    this.parser = parser ?? requestParser(settings.limits, settings.secure, settings.sides);
  }

  override get kind(): Function {
    return this.#kind;
  }

  *main(): Main {
    const { inbox, control, _resources, _ended, _news } = this.inboxes;
    const listening = anyOf(inbox, control, _resources, _ended, _news);
    const busy = anyOf(control, _resources, _ended, _news);
    const released = this.settings.opened(this);
    this.#hear();
    try {
      for (;;) {
        for (const message of control) if (isShutdown(message)) this.#obey(message);
        if (this.toldToGo) return;
        for (const _ of _news);
        if (inbox.length > 0 && this.#wantsBytes) this.#read(inbox.recv());
        for (const ended of _ended) this.#leave(ended);
        this.#work();
        if (this.out.flush(this.outboxes.outbox) && this.#inputEnded) this.#hear();
        if (this.#isOver) return;
        this.#watch();
        yield this.#wantsBytes && (!this.#inputEnded || inbox.length > 0) ? listening : busy;
      }
    } finally {
      this.#timer?.cancel();
      released();
      this.#exchange?.abandon(this.#broken ?? new Error("the client has left"));
      for (const child of this.childComponents()) child.stop(shutdownMicroprocess("the connection is closed"));
      this.send(this.#farewell(), "signal");
    }
  }

  /** Whether it was told to end at once. */
  get toldToGo(): boolean {
    return this.#told?.type === "shutdownMicroprocess";
  }

  /** Answers what has begun, then closes. What does not end by itself is told. */
  retire(): void {
    this.#closing = true;
    this.#exchange?.retire(true);
    if (this.#upgraded !== undefined && !retire(this.#upgraded)) this.#upgraded.stop(producerFinished("the server is going to stop"));
    this.news();
  }

  /** Writes a response. */
  respond(header: RequestHeader): Responding {
    return new ResponseWriter(this.out, header, this.settings.server);
  }

  /** Has a turn soon. May be called from anywhere. */
  news(): void {
    const { _news } = this.inboxes;
    if (_news.length === 0) _news.deliver(true);
  }

  /** The connection cannot go on: the client must not take what it got for all. */
  breakOff(error: unknown): void {
    this.#broken ??= error;
    this.#closing = true;
  }

  /** A box of ours through which a component gets the body of a request. */
  bodyOutbox(): Outbox<Uint8Array> {
    return (this.#body ??= addOutbox<Uint8Array>(this, "_body", { doc: "the body of a request, for the component that answers it" }));
  }

  /** The connection speaks another protocol from here on. */
  upgrade(component: AnyComponent): void {
    this.#upgraded = component;
    this.#timer?.cancel();
    this.addChildren(component);
    this.watch(component, this.inboxes._ended);
    const rest = this.parser.rest();
    this.out.flush(this.outboxes.outbox);
    if (rest.length > 0) inboxOf(component, "inbox").deliver(rest);
    this.link(this.inboxes.inbox, inboxOf(component, "inbox"), { passthrough: 1 });
    this.link(outboxOf(component, "outbox"), this.outboxes.outbox, { passthrough: 2 });
    component.activate();
    if (this.#inputEnded) component.stop(producerFinished());
  }

  get #isOver(): boolean {
    if (this.#broken !== undefined) return true;
    if (this.#upgraded !== undefined) return this.#upgraded.isStopped;
    return this.#exchange === undefined && (this.#closing || this.parser.isDead);
  }

  get #wantsBytes(): boolean {
    return this.#upgraded === undefined && (this.#exchange === undefined || this.#exchange.wantsBytes);
  }

  #obey(message: Shutdown): void {
    this.#told = message;
    if (this.#upgraded !== undefined) this.#upgraded.stop(message);
    else {
      this.#inputEnded = true;
      this.#hear();
    }
  }

  #read(bytes: Uint8Array): void {
    if (this.#exchange !== undefined || this.parser.isIdle) this.#hear(); // a head counts from its first byte
    this.parser.push(bytes);
  }

  /** Does all that can be done now. */
  #work(): void {
    const { parser } = this;
    if (this.#upgraded !== undefined) return;
    if (this.#inputEnded && this.inboxes.inbox.length === 0) parser.finish();
    for (;;) {
      if (this.#exchange === undefined) {
        if (this.#closing) return;
        const part = parser.pull();
        if (part?.type !== "ParsedHTTPHeader") break;
        this.#begin(part.header);
      }
      const exchange = this.#exchange;
      if (exchange === undefined) continue;
      exchange.work();
      if (!exchange.isOver) break;
      this.#exchange = undefined;
      exchange.log();
      if (exchange.closes) this.#closing = true;
    }
  }

  #begin(header: RequestHeader): void {
    this.#exchange = new Exchange(this, header);
    if (header.length !== 0) {
      this.#hear();
      this.#bodyBegan = this.#lastHeard;
    }
    if (header.bad !== false) {
      this.#closing = true;
      this.#exchange.refuse(header.bad.status, `The request is refused: ${header.bad.reason}.`);
    } else if (this.#closing) this.#exchange.retire();
    else this.#exchange.begin(this.#handler);
  }

  #leave({ component, failure }: Ended): void {
    if (component !== this.#upgraded) this.#exchange?.handlerEnded(failure);
    else if (failure !== undefined) {
      this.settings.failed(failure, undefined);
      this.breakOff(failure);
    } else if (component.toldToStop) this.breakOff(component.shutdown?.message ?? "it was told to stop");
  }

  /** Sees to it that something happens when nothing happens. */
  #watch(): void {
    if (this.outboxes.outbox.full || (this.#exchange === undefined && this.parser.isIdle)) this.#lastHeard = this.system.clock.now();
    const due = this.#deadline();
    if (this.#due <= due) return; // it is looked at early enough
    this.#timer?.cancel();
    this.#due = due;
    this.#timer = this.system.clock.setTimer(() => this.#look(), Math.max(0, due - this.system.clock.now()));
  }

  /** When the client has had time enough. */
  #deadline(): number {
    const { timeouts } = this.settings;
    const exchange = this.#exchange;
    if (this.#upgraded !== undefined) return Infinity;
    if (this.outboxes.outbox.full) return this.#lastHeard + timeouts.send;
    if (exchange === undefined) return this.#lastHeard + (this.parser.isIdle ? timeouts.idle : timeouts.head);
    if (exchange.wantsBytes) return Math.min(this.#lastHeard + timeouts.body, this.#bodyBegan + timeouts.request);
    return this.#inputEnded ? this.#lastHeard + this.#leaving : Infinity;
  }

  #look(): void {
    this.#due = Infinity;
    const due = this.#deadline();
    if (due === Infinity) return;
    const left = due - this.system.clock.now();
    if (left > 0) {
      this.#due = due;
      this.#timer = this.system.clock.setTimer(() => this.#look(), left);
    } else this.#late();
  }

  #late(): void {
    const { outbox } = this.outboxes;
    const what = `Cannot wait for the client any longer`;
    if (outbox.full) this.stop(shutdownMicroprocess(new Error(`${what}: it does not take what is sent`)));
    else if (this.#exchange === undefined && this.parser.isIdle) this.retire();
    else if (this.#exchange?.wantsBytes === false) {
      this.breakOff(new Error("the client has left"));
      this.news();
    } else if (this.#exchange?.started === true) {
      this.breakOff(new Error(`${what}: its request breaks off`));
      this.news();
    } else {
      this.#closing = true;
      this.#exchange ??= new Exchange(this, REQUEST_TIMEOUT);
      this.#exchange.retire();
      this.#exchange.refuse(408, "The request took too long to come.");
      this.news();
    }
  }

  #hear(): void {
    this.#lastHeard = this.system.clock.now();
  }

  #farewell(): Shutdown {
    if (this.#broken !== undefined) return shutdownMicroprocess(this.#broken);
    return this.#told ?? producerFinished("the conversation is over");
  }
}

/** Of a request that has not come whole. */
const REQUEST_TIMEOUT: RequestHeader = { ...UNREAD, bad: { status: 408, reason: "it took too long to come" } };

// SPDX-License-Identifier: Apache-2.0
import { performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import {
  anyOf,
  Component,
  type Ended,
  type Main,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
  type Timer,
} from "../../../axon/index.ts";
import type { Handler } from "../handlers.ts";
import { settle } from "../HTTPServer.ts";
import type { HTTPServerOptions, Settled } from "../serverOptions.ts";
import { BoxDuplex } from "./boxDuplex.ts";
import { HTTP2Stream, StreamServer } from "./stream.ts";
import { readStreamHead } from "./streamSource.ts";

type Boxes = { inbox: Uint8Array; control: Shutdown; _ended: Ended; _news: true };
/** A stream as it came. */
interface Arrived {
  readonly stream: ServerHttp2Stream;
  readonly raw: readonly string[];
  readonly hasBody: boolean;
}

/** Requests at once on one connection. */
const STREAMS = 100;
const END_STREAM = 1;

/**
 * Serves HTTP/2 on one connection, RFC 9113: bytes from the client in, bytes to the client out, between any two boxes. The same handlers and options as for
 * HTTPServer; each request is served by an HTTPServer of its own, a child of this component, which answers on its stream. `HTTPProtocol` makes these for clients that
 * choose HTTP/2. The protocol itself is spoken by node:http2. A WebSocket is a stream (RFC 8441); handlers see the request that it would be in HTTP/1.1.
 *
 * Retired, it tells the client that nothing new is answered (GOAWAY), and ends when what runs is answered.
 *
 * @throws as HTTPServer does
 * @example
 * // then: curl --http2-prior-knowledge http://127.0.0.1:8000/
 * await SimpleServer({ port: 8000, protocol: () => HTTP2Server(() => "Hello") }).run(); // until it is stopped
 */
export function HTTP2Server(handler: Handler, options: HTTPServerOptions = {}): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return new HTTP2ServerComponent(handler, settle(options));
}

/** @internal */
export class HTTP2ServerComponent extends Component<Boxes, { outbox: Uint8Array; signal: Shutdown }> {
  static readonly Inboxes = {
    inbox: "bytes from the client",
    control: "producerFinished: the client has no more to say; shutdownMicroprocess: it has gone",
    _ended: "streams that have ended",
    _news: "something has happened",
  };
  static readonly Outboxes = { outbox: "bytes to the client", signal: "told when the connection is to be closed" };
  readonly #handler: Handler;
  readonly #settings: Settled;
  #session: ServerHttp2Session | undefined;
  #wire: BoxDuplex | undefined;
  #arrived: Arrived[] = [];
  readonly #streams = new Map<HTTP2Stream, StreamServer>();
  #closed = false;
  #inputEnded = false;
  #told: Shutdown | undefined;
  #error: Error | undefined;
  #timer: Timer | undefined;
  #due = Infinity;
  #lastHeard = 0;
  #retired = false;
  /** The client has said how it wants to speak. */
  #begun = false;

  constructor(handler: Handler, settings: Settled) {
    super();
    this.#handler = handler;
    this.#settings = settings;
  }

  override get kind(): Function {
    return HTTP2Server;
  }

  *main(): Main {
    const { inbox, control, _ended, _news } = this.inboxes;
    const { outbox } = this.outboxes;
    const listening = anyOf(inbox, control, _ended, _news);
    const busy = anyOf(control, _ended, _news);
    const released = this.#settings.opened(this);
    const wire = (this.#wire = new BoxDuplex(this.system, () => this.#news()));
    const session = this.#begin(wire);
    wire.stir();
    this.#lastHeard = this.system.clock.now();
    try {
      for (;;) {
        for (const message of control) this.#obey(message);
        if (this.#told?.type === "shutdownMicroprocess") return;
        for (const _ of _news);
        for (const { component } of _ended) if (component instanceof HTTP2Stream) this.#streams.delete(component);
        wire.receive(inbox, this.#inputEnded);
        for (const arrived of this.#arrived.splice(0)) this.#serve(arrived);
        wire.transmit(outbox);
        if (this.#inputEnded && wire.isQuiet) for (const adapter of this.#streams.keys()) adapter.giveUp();
        if (this.#streams.size === 0 && (this.#closed || (this.#inputEnded && wire.isQuiet))) return;
        this.#watch();
        yield wire.wants && !this.#inputEnded ? listening : busy;
      }
    } finally {
      this.#timer?.cancel();
      released();
      for (const child of this.childComponents()) child.stop(shutdownMicroprocess("the connection is closed"));
      wire.abandon(() => {
        session.destroy();
        wire.destroy();
      });
      this.send(this.#farewell(), "signal");
    }
  }

  /** Takes nothing new; what has begun is answered, then the connection closes. */
  retire(): void {
    this.#retired = true;
    this.#wire?.stir();
    this.#session?.close();
    for (const server of this.#streams.values()) server.retire();
  }

  #begin(wire: BoxDuplex): ServerHttp2Session {
    const { maxHead = 16_384, maxHeaders = 200 } = this.#settings.limits;
    const session = performServerHandshake(wire, {
      maxHeaderListPairs: maxHeaders + 64, // of more, and larger ones, it says less why it refuses them
      settings: { maxConcurrentStreams: STREAMS, maxHeaderListSize: 2 * maxHead, enablePush: false, enableConnectProtocol: true },
    });
    this.#session = session;
    session.on("stream", (stream, _headers, flags, ...more) => {
      const [raw = []] = more as readonly (readonly string[])[];
      stream.on("error", () => {}); // from now on; "close" follows
      this.#arrived.push({ stream, raw, hasBody: (flags & END_STREAM) === 0 });
      this.#news();
    });
    session.once("remoteSettings", () => (this.#begun = true));
    session.on("error", (error: Error) => {
      if (!this.#inputEnded) this.#error ??= error; // otherwise it is only that the client has left
    });
    session.on("close", () => {
      this.#closed = true;
      this.#news();
    });
    return session;
  }

  #serve({ stream, raw, hasBody }: Arrived): void {
    if (stream.destroyed || stream.closed) return;
    this.#lastHeard = this.system.clock.now();
    const adapter = new HTTP2Stream(stream, hasBody, () => this.#wire?.stir());
    const { opened: _, ...settings } = this.#settings;
    const server = new StreamServer(
      stream,
      this.#handler,
      { ...settings, opened: () => () => {} },
      readStreamHead(raw, hasBody, this.#settings),
    );
    this.addChildren(adapter, server);
    this.#streams.set(adapter, server);
    this.watch(adapter, this.inboxes._ended);
    this.link(adapter.outboxes.outbox, server.inboxes.inbox);
    this.link(adapter.outboxes.signal, server.inboxes.control);
    this.link(server.outboxes.outbox, adapter.inboxes.inbox);
    this.link(server.outboxes.signal, adapter.inboxes.control);
    server.activate();
    adapter.activate();
  }

  #obey(message: Shutdown): void {
    this.#told = message;
    this.#inputEnded = true;
    this.#lastHeard = this.system.clock.now();
  }

  /** Sees to it that something happens when nothing happens. */
  #watch(): void {
    const { clock } = this.system;
    if (this.outboxes.outbox.full || (this.#streams.size > 0 && !this.#inputEnded)) this.#lastHeard = clock.now();
    const due = this.#deadline();
    if (this.#due <= due) return; // it is looked at early enough
    this.#timer?.cancel();
    this.#due = due;
    this.#timer = clock.setTimer(() => this.#look(), Math.max(0, due - clock.now()));
  }

  /** When the client has had time enough. */
  #deadline(): number {
    const { idle, head, send, leaving } = this.#settings.timeouts;
    if (this.outboxes.outbox.full) return this.#lastHeard + send;
    if (this.#inputEnded) return this.#lastHeard + leaving;
    return this.#streams.size > 0 ? Infinity : this.#lastHeard + (this.#begun ? idle : head);
  }

  #look(): void {
    this.#due = Infinity;
    const due = this.#deadline();
    if (due === Infinity) return;
    const { clock } = this.system;
    if (due > clock.now()) this.#watch();
    else if (this.outboxes.outbox.full)
      this.stop(shutdownMicroprocess(new Error("Cannot wait for the client any longer: it does not take what is sent")));
    else if (this.#inputEnded) this.stop(shutdownMicroprocess(new Error("the client has left")));
    else if (this.#begun && !this.#retired) {
      this.retire();
      this.#lastHeard = clock.now(); // it may take as long to close
      this.#watch();
    } else {
      this.#closed = true;
      this.#news();
    }
  }

  #news(): void {
    const { _news } = this.inboxes;
    if (_news.length === 0) _news.deliver(true);
  }

  #farewell(): Shutdown {
    if (this.#told?.type === "shutdownMicroprocess") return this.#told;
    return this.#error === undefined ? producerFinished("the conversation is over") : shutdownMicroprocess(this.#error);
  }
}

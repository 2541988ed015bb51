// SPDX-License-Identifier: Apache-2.0
import {
  Component,
  type Endpoint,
  type Main,
  type ServerSecurity,
  type Shutdown,
  shutdownMicroprocess,
  type Timer,
} from "../../axon/index.ts";
import { type Peer, type ProtocolFailure, type Refusal, ServerCore, type TCPServerOptions } from "../../internet/index.ts";
import type { Answered, Handler } from "./handlers.ts";
import { connections, type HTTPConnections } from "./HTTPProtocol.ts";
import { oversee } from "./oversee.ts";
import type { Routing } from "./routing.ts";
import type { HTTPServerOptions } from "./serverOptions.ts";

/** Where and how to serve. */
export interface WebServerOptions extends TCPServerOptions {
  /** Answers requests: a handler, or handlers by the beginning of the path. */
  readonly handler: Handler | Routing;
  /** How to speak HTTP. */
  readonly http?: HTTPServerOptions;
  /** Milliseconds that what runs may take to end, once the server was told to. Then it is closed as it is. Default 30,000. */
  readonly grace?: number;
  /** Stands before HTTP on each connection. @internal */
  readonly front?: (server: ReturnType<HTTPConnections>) => ReturnType<HTTPConnections>;
}

type WebServerOutboxes = {
  signal: Shutdown;
  listening: Endpoint;
  connected: Peer;
  failures: ProtocolFailure;
  refused: Refusal;
  log: Answered;
};

/**
 * A web server: listens, and speaks HTTP on each connection; with `tls`, HTTP/2 with clients that can.
 *
 * producerFinished is a graceful shutdown: it takes no more connections, answers what has been asked, closes what is idle, and ends. What would go on without end
 * is told on its inbox "retire", if it has one: a WebSocket closes with 1001, a stream of events ends. What runs after the time of `grace` is closed, as
 * shutdownMicroprocess closes everything at once.
 *
 * @throws RangeError for a port, a limit or a time that there cannot be
 * @throws Error when it cannot listen
 * @example
 * await WebServer({ port: 8000, handler: () => "Hello" }).run(); // until it is stopped
 */
export function WebServer(options: WebServerOptions): Component<{ control: Shutdown }, WebServerOutboxes> {
  return new WebServerComponent(options);
}

class WebServerComponent extends Component<{ control: Shutdown }, WebServerOutboxes> {
  static readonly Inboxes = { control: "stops the server" };
  static readonly Outboxes = {
    signal: "told when the server stops",
    listening: "the address, once it listens",
    connected: "who connected",
    failures: "connections that failed",
    refused: "connections that were not taken, and why",
    log: "what was answered",
  };
  readonly #core: ReturnType<typeof ServerCore>;
  readonly #open = new Set<{ retire(): void }>();
  readonly #grace: number;
  #told: Shutdown | undefined;
  #timer: Timer | undefined;

  constructor({ handler, http = {}, grace = 30_000, front, ...where }: WebServerOptions) {
    super();
    if (!(grace >= 0)) throw new RangeError(`Cannot give what runs ${grace} ms to end: give 0 or more`);
    this.#grace = grace;
    const log = (answered: Answered): void => {
      http.log?.(answered);
      if (this.outboxes.log.linked) this.outboxes.log.send(answered);
    };
    const protocol = connections(handler, { ...http, log }, (connection) => {
      this.#open.add(connection);
      if (this.#told !== undefined) connection.retire();
      return () => this.#open.delete(connection);
    });
    const behind: HTTPConnections = front === undefined ? protocol : (peer) => front(protocol(peer));
    this.#core = ServerCore({ ...where, ...offer(where, http), protocol: behind });
    this.addChildren(this.#core);
    const { listening, connected, failures, refused } = this.outboxes;
    this.link(this.#core.outboxes.listening, listening, { passthrough: 2 });
    this.link(this.#core.outboxes.connected, connected, { passthrough: 2 });
    this.link(this.#core.outboxes.refused, refused, { passthrough: 2 });
    this.link(this.#core.outboxes.failures, failures, { passthrough: 2 });
  }

  override get kind(): Function {
    return WebServer;
  }

  *main(): Main {
    const told = yield* oversee(this, this.inboxes.control, this.#core, (message) => this.#hear(message));
    this.#timer?.cancel();
    this.send(told, "signal");
  }

  #hear(message: Shutdown): void {
    this.#told = message;
    this.#core.stop(message);
    for (const connection of this.#open) connection.retire();
    this.#timer?.cancel();
    this.#timer = undefined;
    if (message.type === "shutdownMicroprocess" || this.#grace === Infinity) return;
    this.#timer = this.system.clock.setTimer(() => this.#core.stop(shutdownMicroprocess("it took too long to end")), this.#grace);
  }
}

/** With TLS, HTTP/2 is offered before HTTP/1.1. */
function offer({ tls }: TCPServerOptions, { http2 = true }: HTTPServerOptions): { tls?: ServerSecurity } {
  if (tls === undefined || tls.alpn !== undefined) return {};
  return { tls: { ...tls, alpn: http2 === false ? ["http/1.1"] : ["h2", "http/1.1"] } };
}

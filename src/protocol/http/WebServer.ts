// SPDX-License-Identifier: Apache-2.0
import { Component, type Endpoint, isShutdown, type Main, producerFinished, type Shutdown } from "../../axon/index.ts";
import { type Peer, type ProtocolFailure, type Refusal, ServerCore, type TCPServerOptions } from "../../internet/index.ts";
import type { Answered, Handler } from "./handlers.ts";
import { connections } from "./HTTPProtocol.ts";
import type { Routing } from "./routing.ts";
import type { HTTPServerOptions } from "./serverOptions.ts";

/** Where and how to serve. */
export interface WebServerOptions extends TCPServerOptions {
  /** Answers requests: a handler, or handlers by the beginning of the path. */
  readonly handler: Handler | Routing;
  /** How to speak HTTP. */
  readonly http?: HTTPServerOptions;
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
 * A web server: listens, and speaks HTTP on each connection.
 *
 * producerFinished is a graceful shutdown: it takes no more connections, answers what has been asked, closes what is idle, and ends. shutdownMicroprocess closes
 * everything at once.
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
  #told: Shutdown | undefined;

  constructor({ handler, http = {}, ...where }: WebServerOptions) {
    super();
    const log = (answered: Answered): void => {
      http.log?.(answered);
      if (this.outboxes.log.linked) this.outboxes.log.send(answered);
    };
    const protocol = connections(handler, { ...http, log }, (connection) => {
      this.#open.add(connection);
      if (this.#told !== undefined) connection.retire();
      return () => this.#open.delete(connection);
    });
    this.#core = ServerCore({ ...where, protocol });
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
    this.#core.activate();
    while (!this.#core.isStopped) {
      for (const message of this.inboxes.control) if (isShutdown(message)) this.#hear(message);
      this.pause();
      yield;
    }
    this.send(this.#told ?? producerFinished(), "signal");
  }

  #hear(message: Shutdown): void {
    this.#told = message;
    this.#core.stop(message);
    for (const connection of this.#open) connection.retire();
  }
}

// SPDX-License-Identifier: Apache-2.0
import { Component, type Endpoint, type Main, type Shutdown } from "../../axon/index.ts";
import type { Peer, ProtocolFailure, Refusal } from "../../internet/index.ts";
import { type Answered, type Handler, type HTTPServerOptions, WebServer, type WebServerOptions } from "../http/index.ts";
import { oversee } from "../http/oversee.ts";
import { SourceFront } from "./sourceFront.ts";
import { IcecastMounts, type IcecastMountsOptions } from "./IcecastMounts.ts";

/** Where to serve, and what. */
export interface IcecastServerOptions extends Omit<WebServerOptions, "handler">, IcecastMountsOptions {
  /** The mounts, if they are shared with others. Default: its own, made as the other options say. */
  readonly streams?: IcecastMounts;
  /** Answers what is no business of mounts. Default: the first page is that of the statistics, and nothing else is found. */
  readonly handler?: Handler;
}

type IcecastServerOutboxes = {
  signal: Shutdown;
  listening: Endpoint;
  connected: Peer;
  failures: ProtocolFailure;
  refused: Refusal;
  log: Answered;
};

/**
 * A server of streams, as Icecast is one: takes sources (PUT, SOURCE), and sends what they send to any number of listeners, with titles for those who ask for
 * them. See {@link IcecastMounts}. Sources of SHOUTcast 1 are taken, too; those that insist on the next port find them on a second server there, with the same
 * `streams`.
 *
 * producerFinished is a graceful end: listeners get what has come for them, and the connections are closed. shutdownMicroprocess closes them at once.
 *
 * @throws RangeError for a port, a limit or a time that there cannot be
 * @throws Error when it cannot listen
 * @example
 * // then: ffmpeg -re -i song.mp3 -f mp3 icecast://source:hackme@127.0.0.1:8000/live; ffplay http://127.0.0.1:8000/live
 * await IcecastServer({ port: 8000, sourcePassword: "hackme" }).run(); // until it is stopped
 */
export function IcecastServer(options: IcecastServerOptions): Component<{ control: Shutdown }, IcecastServerOutboxes> {
  return new IcecastServerComponent(options);
}

/** A source in chunks is a request whose body goes on for days. What is no source is answered unread, so nobody else can send as much. */
function endless(http: HTTPServerOptions = {}): HTTPServerOptions {
  return { maxBody: Infinity, ...http, timeouts: { request: Infinity, ...http.timeouts } };
}

class IcecastServerComponent extends Component<{ control: Shutdown }, IcecastServerOutboxes> {
  static readonly Inboxes = { control: "stops the server" };
  static readonly Outboxes = {
    signal: "told when the server stops",
    listening: "the address, once it listens",
    connected: "who connected",
    failures: "connections that failed",
    refused: "connections that were not taken, and why",
    log: "what was answered",
  };
  readonly #server: ReturnType<typeof WebServer>;
  readonly #mounts: IcecastMounts;

  constructor({ streams, handler, ...options }: IcecastServerOptions) {
    super();
    this.#mounts = streams ?? new IcecastMounts(options);
    const other = handler ?? ((request) => this.#mounts.handler(request));
    this.#server = WebServer({
      ...options,
      ...this.#front(),
      http: endless(options.http),
      handler: (request) => this.#mounts.answer(request) ?? other(request),
    });
    this.addChildren(this.#server);
    const { listening, connected, failures, refused, log } = this.outboxes;
    const from = this.#server.outboxes;
    this.link(from.listening, listening, { passthrough: 2 });
    this.link(from.connected, connected, { passthrough: 2 });
    this.link(from.failures, failures, { passthrough: 2 });
    this.link(from.refused, refused, { passthrough: 2 });
    this.link(from.log, log, { passthrough: 2 });
  }

  override get kind(): Function {
    return IcecastServer;
  }

  *main(): Main {
    this.#mounts.opened(this.system.clock.wallTime());
    this.send(yield* oversee(this, this.inboxes.control, this.#server, (message) => this.#hear(message)), "signal");
  }

  /** Sources of SHOUTcast do not speak HTTP. */
  #front(): Pick<WebServerOptions, "front"> {
    const { shoutcast } = this.#mounts;
    return shoutcast === undefined ? {} : { front: (server) => SourceFront(server, shoutcast) };
  }

  #hear(message: Shutdown): void {
    this.#mounts.close();
    this.#server.stop(message);
  }
}

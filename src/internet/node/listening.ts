// SPDX-License-Identifier: Apache-2.0
import { statSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Endpoint, Listener, ListenerEvents, ListenOptions, Place } from "../../axon/index.ts";
import { NodeConnection } from "./connection.ts";
import { codeOf, endpointOf, explained, nameOf, wholeSeconds } from "./explained.ts";
import { firstTooMany, numberOf } from "./openFiles.ts";

/** Faults of one connection that could not be accepted: the next one perhaps can. */
const PASSING = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "ECONNABORTED", "EPROTO", "EAGAIN"]);

/** All addresses of this machine. */
const EVERYWHERE = new Set(["0.0.0.0", "::"]);

/** Waits for connections with node:net. */
export class NodeListener implements Listener {
  readonly #at: Place;
  readonly #events: ListenerEvents;
  readonly #options: ListenOptions;
  readonly #server: Server;
  #closed = false;
  readonly #tooMany = firstTooMany();
  /** The local address of all that come, if there is only one. */
  #local: Endpoint | undefined;
  /** Whether the file of a unix socket may have been left behind by a program that was killed. */
  #maybeStale: boolean;

  constructor(at: Place, events: ListenerEvents, options: ListenOptions) {
    const { noDelay = true, keepAlive } = options;
    this.#at = at;
    this.#events = events;
    this.#options = options;
    this.#maybeStale = at.path !== undefined;
    const probing = keepAlive === undefined ? {} : { keepAlive: true, keepAliveInitialDelay: wholeSeconds(keepAlive) };
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay, ...probing });
    this.#server.on("connection", (socket) => this.#accept(socket));
    this.#server.on("listening", () => this.#listening());
    this.#server.on("error", (error) => this.#troubled(error));
    this.#start();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#server.close();
    process.nextTick(() => this.#events.closed());
  }

  #start(): void {
    const { backlog, ipv6Only = false, reusePort = false } = this.#options;
    const waiting = backlog === undefined ? {} : { backlog };
    if (this.#at.path !== undefined) this.#server.listen({ path: this.#at.path, ...waiting });
    else this.#server.listen({ host: this.#at.host, port: this.#at.port, ipv6Only, reusePort, ...waiting });
  }

  #listening(): void {
    const at = endpointOf(this.#server.address());
    if (this.#at.path === undefined && !EVERYWHERE.has(at.address)) this.#local = at;
    if (this.#closed) this.#server.close();
    else this.#events.listening(at);
  }

  #accept(socket: Socket): void {
    if (numberOf(socket) >= this.#tooMany) return this.#shed(socket);
    const connection = new NodeConnection(undefined, "");
    connection.take(socket, this.#local);
    connection.events = this.#events.accepted(connection);
  }

  #shed(socket: Socket): void {
    socket.on("error", () => {});
    if (this.#at.path === undefined) socket.resetAndDestroy();
    else socket.destroy();
    this.#troubled(Object.assign(new Error("too many open files"), { code: "EMFILE" }));
  }

  #troubled(error: Error): void {
    if (this.#closed) return;
    if (this.#server.listening && PASSING.has(codeOf(error))) this.#events.troubled?.(explained("accept a connection", error));
    else if (this.#maybeStale && codeOf(error) === "EADDRINUSE") this.#reclaim(this.#at.path!);
    else {
      this.#closed = true;
      this.#server.close();
      this.#events.closed(explained(`listen on ${nameOf(this.#at)}`, error));
    }
  }

  /** If nobody answers any more at a unix socket whose file is there, the file is removed. */
  #reclaim(path: string): void {
    this.#maybeStale = false;
    const probe = connect(path);
    const again = (): void => {
      probe.destroy();
      if (!this.#closed) this.#start();
    };
    probe.on("connect", again);
    probe.on("error", (error) => {
      if (codeOf(error) === "ECONNREFUSED" && statSync(path, { throwIfNoEntry: false })?.isSocket()) unlinkSync(path); // not another file
      again();
    });
  }
}

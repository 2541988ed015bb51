// SPDX-License-Identifier: Apache-2.0
import { connect, createServer, type Socket } from "node:net";
import type { Component, Connection, ConnectionEvents, Endpoint, Listener, ListenerEvents, Network } from "../axon/index.ts";

/** The real network, over node:net. */
export class NodeNetwork implements Network {
  connect({ host, port }: { readonly host: string; readonly port: number }, events: ConnectionEvents): Connection {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const connection = new NodeConnection(socket, `connect to ${host}:${port}`);
    socket.on("connect", () => events.opened());
    connection.tell(events);
    return connection;
  }

  listen({ host, port }: { readonly host: string; readonly port: number }, events: ListenerEvents): Listener {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    let failure: Error | undefined;
    server.on("connection", (socket) => {
      const connection = new NodeConnection(socket, `go on with ${socket.remoteAddress}:${socket.remotePort}`);
      connection.tell(events.accepted(connection));
    });
    server.on("listening", () => events.listening(endpoint(server.address() as { address: string; port: number })));
    server.on("close", () => events.closed(failure));
    server.on("error", (error: NodeJS.ErrnoException) => {
      failure = new Error(`Cannot listen on ${host}:${port}: ${advice(error)}`, { cause: error });
      if (!server.listening) events.closed(failure);
    });
    server.listen({ host, port });
    return { close: () => void server.close() };
  }
}

const shared = new NodeNetwork();

/** The network of a component's system: the real one, unless it was given another. */
export function networkOf(component: Component<any, any>): Network {
  return component.system.network ?? shared;
}

class NodeConnection implements Connection {
  readonly #socket: Socket;
  readonly #purpose: string;
  #local: Endpoint | undefined;
  #remote: Endpoint | undefined;

  constructor(socket: Socket, purpose: string) {
    this.#socket = socket;
    this.#purpose = purpose;
  }

  get local(): Endpoint {
    return (this.#local ??= endpoint({ address: this.#socket.localAddress, port: this.#socket.localPort }));
  }

  get remote(): Endpoint {
    return (this.#remote ??= endpoint({ address: this.#socket.remoteAddress, port: this.#socket.remotePort }));
  }

  tell(events: ConnectionEvents): void {
    let failure: Error | undefined;
    const socket = this.#socket;
    void this.remote; // a closed socket does not know any more
    socket.on("connect", () => (this.#remote = undefined));
    socket.on("data", (bytes) => events.data(bytes));
    socket.on("end", () => events.ended());
    socket.on("drain", () => events.drained());
    socket.on(
      "error",
      (error: NodeJS.ErrnoException) => (failure ??= new Error(`Cannot ${this.#purpose}: ${advice(error)}`, { cause: error })),
    );
    socket.on("close", () => events.closed(failure));
  }

  write(pieces: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (pieces.length === 1) return socket.write(pieces[0]!);
    socket.cork();
    for (const piece of pieces) socket.write(piece);
    socket.uncork();
    return !socket.writableNeedDrain;
  }

  end(): void {
    this.#socket.end();
  }

  abort(): void {
    if (this.#socket.connecting || this.#socket.closed) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}

function endpoint({ address = "", port = 0 }: { address?: string | undefined; port?: number | undefined }): Endpoint {
  return { address, port };
}

/** What an error of the system means, and what to do about it. */
function advice(error: NodeJS.ErrnoException): string {
  const { code = "" } = error;
  const known: Readonly<Record<string, string>> = {
    EADDRINUSE: "the port is in use (EADDRINUSE); stop the other program, or choose another port",
    EACCES: "this port needs more rights (EACCES); choose one above 1023",
    EADDRNOTAVAIL: "this machine has no such address (EADDRNOTAVAIL)",
    ECONNREFUSED: "nobody listens there (ECONNREFUSED)",
    ECONNRESET: "the other side cut the connection (ECONNRESET)",
    EPIPE: "the other side has closed the connection (EPIPE)",
    ETIMEDOUT: "no answer (ETIMEDOUT)",
    ENOTFOUND: "there is no such host (ENOTFOUND)",
  };
  return known[code] ?? error.message;
}

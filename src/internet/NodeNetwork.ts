// SPDX-License-Identifier: Apache-2.0
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { AnyComponent, Connection, ConnectionEvents, Endpoint, Listener, ListenerEvents, Network } from "../axon/index.ts";

/** The real network, over node:net. */
export class NodeNetwork implements Network {
  connect({ host, port }: { readonly host: string; readonly port: number }, events: ConnectionEvents): Connection {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const connection = new NodeConnection(socket, `connect to ${host}:${port}`);
    socket.on("connect", () => {
      connection.learnAddresses(`stay connected to ${host}:${port}`);
      events.opened();
    });
    connection.tell(events);
    return connection;
  }

  listen({ host, port }: { readonly host: string; readonly port: number }, events: ListenerEvents): Listener {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    let failure: Error | undefined;
    server.on("connection", (socket) => {
      const connection = new NodeConnection(socket, "");
      connection.learnAddresses(`stay connected to ${socket.remoteAddress}:${socket.remotePort}`);
      connection.tell(events.accepted(connection));
    });
    server.on("listening", () => events.listening(addressOf(server)));
    server.on("close", () => events.closed(failure));
    server.on("error", (error) => {
      failure = explained(`listen on ${host}:${port}`, error);
      if (server.listening) server.close();
      else events.closed(failure); // it never listened, so it does not close
    });
    server.listen({ host, port });
    return { close: () => void server.close() };
  }
}

const shared = new NodeNetwork();

/** The network of a component's system: the real one, unless it was given another. */
export function networkOf(component: AnyComponent): Network {
  return component.system.network ?? shared;
}

class NodeConnection implements Connection {
  local: Endpoint = NOWHERE;
  remote: Endpoint = NOWHERE;
  readonly #socket: Socket;
  /** What cannot be done when an error comes. */
  #purpose: string;

  constructor(socket: Socket, purpose: string) {
    this.#socket = socket;
    this.#purpose = purpose;
  }

  /** A socket knows its addresses only while it is open. */
  learnAddresses(purpose: string): void {
    const { localAddress, localPort, remoteAddress, remotePort } = this.#socket;
    this.#purpose = purpose;
    this.local = { address: localAddress ?? "", port: localPort ?? 0 };
    this.remote = { address: remoteAddress ?? "", port: remotePort ?? 0 };
  }

  tell(events: ConnectionEvents): void {
    let failure: Error | undefined;
    const socket = this.#socket;
    socket.on("data", (bytes) => events.data(bytes));
    socket.on("end", () => events.ended());
    socket.on("drain", () => events.drained());
    socket.on("finish", () => events.finished());
    socket.on("error", (error) => (failure ??= explained(this.#purpose, error)));
    socket.on("close", () => events.closed(failure));
  }

  write(pieces: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    const [first] = pieces;
    if (first !== undefined && pieces.length === 1) return socket.write(first);
    socket.cork();
    for (const piece of pieces) socket.write(piece);
    socket.uncork();
    return !socket.writableNeedDrain;
  }

  end(): void {
    this.#socket.end();
  }

  abort(): void {
    if (this.#socket.connecting || this.#socket.writableFinished) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}

const NOWHERE: Endpoint = { address: "", port: 0 };

function addressOf(server: Server): Endpoint {
  const at: AddressInfo | string | null = server.address();
  return typeof at === "object" && at !== null ? { address: at.address, port: at.port } : NOWHERE;
}

/** What the codes of the operating system mean, and what to do about it. */
const MEANINGS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use (EADDRINUSE); stop the other program or choose another port",
  EACCES: "this port needs more rights (EACCES); choose one above 1023",
  EADDRNOTAVAIL: "this machine has no such address (EADDRNOTAVAIL)",
  ECONNREFUSED: "nobody listens there (ECONNREFUSED)",
  ECONNRESET: "the other side cut the connection (ECONNRESET)",
  EPIPE: "the other side has closed the connection (EPIPE)",
  ETIMEDOUT: "no answer (ETIMEDOUT)",
  ENOTFOUND: "there is no such host (ENOTFOUND)",
};

function explained(purpose: string, cause: Error): Error {
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return new Error(`Cannot ${purpose}: ${MEANINGS[code] ?? cause.message}`, { cause });
}

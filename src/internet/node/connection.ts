// SPDX-License-Identifier: Apache-2.0
import type { Socket } from "node:net";
import type { Connection, ConnectionEvents, Endpoint, Security } from "../../axon/index.ts";
import { explained, hostAndPort, localOf, NOWHERE, remoteOf } from "./explained.ts";
import { isLittle, readerInto } from "./reading.ts";
import { secured } from "./security.ts";

const owner = Symbol("the connection that a socket belongs to");

type OwnedSocket = Socket & { [owner]?: NodeConnection | undefined };

/** How often in a row little must come before it is read in the way that is best for that. There is no way back. */
const OFTEN = 3;

/** A stream socket of Node.js as a connection. */
export class NodeConnection implements Connection {
  local: Endpoint = NOWHERE;
  remote: Endpoint = NOWHERE;
  events: ConnectionEvents | undefined;
  /** What the user called the other side, if it is we who connect. */
  readonly #host: string;
  /** Undefined while it is not known to whom to connect. */
  #socket: OwnedSocket | undefined;
  /** Below TLS. */
  #plain: Socket | undefined;
  /** What cannot be done when an error comes; undefined: stay connected. */
  #purpose: string | undefined;
  #failure: Error | undefined;
  #closed = false;
  /** How often in a row little came. */
  #littles = 0;
  /** Ends the attempts to connect. */
  #giveUp: (() => void) | undefined;

  /** @param purpose what cannot be done if it fails before it is open */
  constructor(purpose: string | undefined, host: string) {
    this.#purpose = purpose;
    this.#host = host;
  }

  /** Has this socket from now on, which is not open yet. */
  begin(socket: Socket): void {
    this.#hold(socket);
    socket.on("connect", onConnect);
  }

  /** Has no socket yet; this ends the attempts to get one. */
  awaits(giveUp: () => void): void {
    this.#giveUp = giveUp;
  }

  /** Has this socket, which is open. */
  take(socket: Socket, local?: Endpoint): void {
    this.#giveUp = undefined;
    this.#hold(socket);
    this.learn(local);
  }

  /** There will be no socket. */
  fail(cause?: Error): void {
    if (cause !== undefined) this.failed(cause);
    this.closed();
  }

  /** A socket knows its addresses only while it is open; each is a system call. */
  learn(local?: Endpoint): void {
    const socket = this.#socket!;
    this.local = local ?? localOf(socket);
    this.remote = remoteOf(socket);
    this.#purpose = undefined;
  }

  failed(error: Error): void {
    this.#failure ??= explained(this.#purpose ?? this.#staying(), error);
  }

  #staying(): string {
    const { address, port } = this.remote;
    const name = this.#host === "" ? address : this.#host;
    return name === "" ? "stay connected" : `stay connected to ${port === 0 ? name : hostAndPort(name, port)}`;
  }

  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.events?.closed(this.#failure);
  }

  write(pieces: readonly Uint8Array[]): boolean {
    const socket = this.#socket!;
    if (!socket.writable) return true; // closed, or closing: what is asked of it is not done
    if (pieces.length === 1) return socket.write(pieces[0]!);
    socket.cork();
    for (const piece of pieces) socket.write(piece);
    socket.uncork();
    return !socket.writableNeedDrain;
  }

  secure(how: Security, early?: Uint8Array): void {
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return;
    this.#purpose = `speak TLS with ${hostAndPort(this.#host || this.remote.address, this.remote.port)}`;
    listen(socket, "off");
    if (early !== undefined && early.length > 0) socket.unshift(early);
    this.#plain ??= socket; // TLS may be spoken within TLS: through a proxy
    try {
      this.#hold(
        secured(socket, how, this.#host, (what) => {
          this.learn();
          this.events?.secured?.(what);
        }),
      );
      this.#socket!.resume();
    } catch (error) {
      listen(socket, "on");
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  end(): void {
    this.#socket?.end();
  }

  abort(): void {
    const socket = this.#socket;
    if (socket === undefined) {
      this.#giveUp?.();
      this.#giveUp = undefined;
      return;
    }
    const tcp = this.#plain ?? socket;
    if (socket.destroyed) return;
    const ends = socket.writableEnded && socket.writableLength === 0; // a reset then would fail, and leave the socket open for ever
    if (socket.connecting || ends || tcp.remoteFamily === undefined) socket.destroy();
    else tcp.resetAndDestroy();
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** So many bytes came in the usual way. When it has always been little, there is a better one. */
  learnFrom(length: number): void {
    if (!isLittle(length)) this.#littles = 0;
    else if (++this.#littles === OFTEN && this.#plain === undefined) readLittle(this.#socket!);
  }

  #hold(socket: OwnedSocket): void {
    socket[owner] = this;
    this.#socket = socket;
    listen(socket, "on");
  }
}

// One set of listeners for all sockets: ten thousand connections need no closures of their own.

function onConnect(this: OwnedSocket): void {
  const connection = this[owner];
  connection?.learn();
  connection?.events?.opened();
}

function onData(this: OwnedSocket, bytes: Uint8Array): void {
  const connection = this[owner];
  connection?.learnFrom(bytes.length);
  connection?.events?.data(bytes);
}

function onLittle(this: OwnedSocket, bytes: Uint8Array): void {
  this[owner]?.events?.data(bytes);
}

const readLittle = readerInto(onLittle);

function onEnd(this: OwnedSocket): void {
  this[owner]?.events?.ended();
}

function onDrain(this: OwnedSocket): void {
  this[owner]?.events?.drained();
}

function onFinish(this: OwnedSocket): void {
  this[owner]?.events?.finished();
}

function onError(this: OwnedSocket, error: Error): void {
  this[owner]?.failed(error);
}

/**
 * Lets go of the connection, too: what the runtime knows of a closed socket lives until all memory is looked through, so that what it leads to would be moved
 * about by each small garbage collection till then.
 */
function onClose(this: OwnedSocket): void {
  const connection = this[owner];
  this[owner] = undefined;
  connection?.closed();
}

/** Listens to a socket, or no longer. */
function listen(socket: OwnedSocket, how: "on" | "off"): void {
  socket[how]("data", onData);
  socket[how]("end", onEnd);
  socket[how]("drain", onDrain);
  socket[how]("finish", onFinish);
  socket[how]("error", onError);
  socket[how]("close", onClose);
}

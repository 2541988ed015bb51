// SPDX-License-Identifier: Apache-2.0
import {
  Component,
  type Ended,
  type Endpoint,
  inboxOf,
  isShutdown,
  type Main,
  outboxOf,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
} from "../axon/index.ts";
import type { Stage } from "../chassis/index.ts";
import { complain } from "./complain.ts";
import { type NewCSA, TCPServer, type TCPServerOptions } from "./TCPServer.ts";

/** Who is at the other end of a connection, and which of our addresses they came to. */
export interface Peer extends Endpoint {
  readonly local: Endpoint;
}

/** Handles one connection: bytes from the client on "inbox", bytes to the client from "outbox". It ends, and the connection is closed. */
export type Protocol = (peer: Peer) => Stage<Uint8Array, Uint8Array>;

/** A protocol failed, and cost its connection. */
export interface ProtocolFailure {
  readonly peer: Peer;
  readonly error: unknown;
}

/** How to serve. */
export interface ServerOptions extends TCPServerOptions {
  /** Makes the component that handles a connection. */
  readonly protocol: Protocol;
}

/** One connection: the adapter, the protocol, and what of it still lives. */
interface Served {
  readonly peer: Peer;
  readonly csa: Component<any, any>;
  handler: Component<any, any> | undefined;
  living: number;
}

/**
 * A server: listens, and gives each connection a protocol component of its own.
 *
 * The protocol gets producerFinished when the client has no more to send, and may go on answering; when it ends, what it has sent is sent, and the connection
 * is closed. A protocol that throws costs its own connection only, and is reported on "failures", or, if that is not linked, on standard error.
 * producerFinished lets the connections that are there finish, and takes no new ones; shutdownMicroprocess closes them.
 *
 * @throws Error when it cannot listen
 * @example
 * await ServerCore({ port: 1500, protocol: (peer) => Greeter(peer.address) }).run();
 */
export function ServerCore(
  options: ServerOptions,
): Component<{ control: Shutdown }, { signal: Shutdown; listening: Endpoint; connected: Peer; failures: ProtocolFailure }> {
  return new ServerComponent(ServerCore, options) as Component<any, any>;
}

/** @internal */
export class ServerComponent extends Component<any, any> {
  static readonly Inboxes = { control: "stops the server", _newCSA: "connections from the TCPServer", _ended: "those that have ended" };
  static readonly Outboxes = {
    signal: "told when the server stops",
    listening: "the address, once it listens",
    connected: "who connected",
    failures: "protocols that failed",
  };
  readonly #kind: Function;
  readonly #options: ServerOptions;
  readonly #served = new Map<Component<any, any>, Served>();
  #listener: Component<any, any> | undefined;
  #told: Shutdown | undefined;

  constructor(kind: Function, options: ServerOptions) {
    super();
    this.#kind = kind;
    this.#options = options;
  }

  override get kind(): Function {
    return this.#kind;
  }

  *main(): Main {
    const server = TCPServer(this.#options);
    this.#listener = server;
    this.addChildren(server);
    this.link(server.outboxes.protocolHandlerSignal, this.inboxes["_newCSA"]!, { bound: Infinity });
    this.link([server, "listening"], [this, "listening"], { passthrough: 2 });
    server.activate();
    for (;;) {
      for (const message of this.inboxes["control"]!) this.#hear(message);
      for (const message of this.inboxes["_newCSA"]! as Iterable<NewCSA>) this.#serve(message);
      for (const [ended] of this.inboxes["_ended"]! as Iterable<[Ended]>) this.#leave(ended);
      if (server.isStopped && this.#served.size === 0) break;
      this.pause();
      yield;
    }
    this.send(this.#told ?? producerFinished(), "signal");
  }

  #hear(message: unknown): void {
    if (!isShutdown(message)) return;
    this.#told = message;
    this.#listener?.stop(shutdownMicroprocess());
    if (message.type === "producerFinished") return;
    for (const [component] of this.#served) component.stop(message);
  }

  #serve({ csa, peer: { address, port }, local }: NewCSA): void {
    const served: Served = { peer: { address, port, local }, csa: csa as Component<any, any>, handler: undefined, living: 1 };
    this.#adopt(served.csa, served);
    this.send(served.peer, "connected");
    try {
      const handler = this.#options.protocol(served.peer) as unknown as Component<any, any>;
      this.link(csa.outboxes.outbox, inboxOf(handler, "inbox"));
      this.link(csa.outboxes.signal, inboxOf(handler, "control"));
      this.link(outboxOf(handler, "outbox"), csa.inboxes.inbox);
      this.link(outboxOf(handler, "signal"), csa.inboxes.control);
      served.handler = handler;
      served.living++;
      this.#adopt(handler, served);
      handler.activate();
      csa.activate();
    } catch (error) {
      this.#complain(served, error);
      csa.activate();
      csa.stop(shutdownMicroprocess(error));
    }
  }

  #adopt(component: Component<any, any>, served: Served): void {
    this.addChildren(component);
    this.#served.set(component, served);
    this.watch(component, (ended) => this.inboxes["_ended"]!.deliver([ended]));
  }

  #leave({ component, failure }: Ended): void {
    const served = this.#served.get(component);
    if (served === undefined) return;
    this.#served.delete(component);
    this.unlink(component);
    if (failure !== undefined) this.#complain(served, failure);
    if (component === served.csa) served.handler?.stop(shutdownMicroprocess("the connection is closed"));
    else if (failure !== undefined) served.csa.stop(shutdownMicroprocess(failure));
  }

  #complain({ peer }: Served, error: unknown): void {
    const { failures } = this.outboxes;
    if (failures!.linked) failures!.send({ peer, error });
    else complain(`${this.name}: the protocol for ${peer.address}:${peer.port} failed, and its connection is closed`, error);
  }
}

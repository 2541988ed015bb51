// SPDX-License-Identifier: Apache-2.0
import {
  type AnyComponent,
  Component,
  ComponentFailure,
  type Ended,
  type Endpoint,
  inboxOf,
  isShutdown,
  type Linkage,
  type Main,
  outboxOf,
  producerFinished,
  type Secured,
  type Shutdown,
  shutdownMicroprocess,
} from "../axon/index.ts";
import type { Stage } from "../chassis/index.ts";
import { complain } from "./complain.ts";
import type { ConnectedSocketAdapter } from "./ConnectedSocketAdapter.ts";
import { hostAndPort } from "./node/explained.ts";
import { checkGiven } from "./options.ts";
import { type NewCSA, type Refusal, type ShutdownCSA, TCPServer, type TCPServerOptions } from "./TCPServer.ts";

/** Who is at the other end of a connection, and which of our addresses they came to. */
export interface Peer extends Endpoint {
  readonly local: Endpoint;
  /** What TLS agreed on, if the connection begins with it. */
  readonly secured?: Secured;
}

/** Handles one connection: bytes from the client on "inbox", bytes to the client from "outbox". It ends, and the connection is closed. */
export type Protocol = (peer: Peer) => Stage<Uint8Array, Uint8Array>;

/** A protocol failed, and cost its connection. */
export interface ProtocolFailure {
  readonly peer: Peer;
  readonly error: unknown;
}

/** How to serve. The port is 1601 unless told otherwise. */
export interface ServerOptions extends TCPServerOptions {
  /** Makes the component that handles a connection. */
  readonly protocol: Protocol;
}

/** The outboxes of a server. */
export type ServerOutboxes = { signal: Shutdown; listening: Endpoint; connected: Peer; failures: ProtocolFailure; refused: Refusal };

/**
 * A server: listens, and gives each connection a protocol component of its own.
 *
 * The protocol gets producerFinished when the client has no more to send, and may go on answering; when it ends, what it has sent is sent, and the connection
 * is closed. A protocol with an outbox "makessl" can begin TLS in band; what was agreed on comes to its inbox "sslready". When the connection breaks, it gets
 * shutdownMicroprocess. A protocol that throws costs its own connection only, and is reported on "failures", and, if that is not linked, on standard error.
 * producerFinished lets the connections that are there finish, and takes no new ones; shutdownMicroprocess closes them.
 *
 * @throws RangeError for a port, a limit or a time that there cannot be
 * @throws TypeError when `protocol` is not a function
 * @throws Error when it cannot listen, or when a certificate or a key cannot be read
 * @example
 * await ServerCore({ port: 1500, protocol: ({ address }) => PureTransformer(() => Buffer.from(address)) }).run(); // until it is stopped
 */
export function ServerCore(options: ServerOptions): Component<{ control: Shutdown }, ServerOutboxes> {
  checkServer(options);
  return new ServerComponent(ServerCore, options);
}

/** @throws TypeError when there is nothing that makes protocols @internal */
export function checkServer(options: ServerOptions): void {
  checkGiven("serve", options, "a port and a protocol");
  const protocol: unknown = options.protocol;
  if (typeof protocol === "function") return;
  const given = protocol instanceof Component ? "a component" : String(protocol);
  throw new TypeError(`Cannot serve: protocol is ${given}; give a function that makes a component for each connection`);
}

/** One connection: its adapter, its protocol, and what links them. */
interface Served {
  readonly peer: Peer;
  readonly csa: ConnectedSocketAdapter;
  handler: AnyComponent | undefined;
  linkages: readonly Linkage[];
  /** One of the two has ended. */
  readonly left: (ended: Ended) => void;
}

type ServerInboxes = { control: Shutdown; _connections: NewCSA | ShutdownCSA };

/** What all servers are. @internal */
export class ServerComponent extends Component<ServerInboxes, ServerOutboxes> {
  static readonly Inboxes = {
    control: "stops the server",
    _connections: "connections from the TCPServer",
  };
  static readonly Outboxes = {
    signal: "told when the server stops",
    listening: "the address, once it listens",
    connected: "who connected",
    failures: "protocols that failed",
    refused: "connections that were not taken, and why",
  };
  readonly #kind: Function;
  readonly #protocol: Protocol;
  readonly #listener: ReturnType<typeof TCPServer>;
  #told: Shutdown | undefined;

  constructor(kind: Function, { protocol, ...where }: ServerOptions) {
    super();
    this.#kind = kind;
    this.#protocol = protocol;
    this.#listener = TCPServer(where.path === undefined ? { port: 1601, ...where } : where);
    this.addChildren(this.#listener);
    this.link(this.#listener.outboxes.protocolHandlerSignal, this.inboxes._connections, { bound: Infinity });
    this.link(this.#listener.outboxes.listening, this.outboxes.listening);
    this.link(this.#listener.outboxes.refused, this.outboxes.refused);
  }

  override get kind(): Function {
    return this.#kind;
  }

  *main(): Main {
    const { control, _connections } = this.inboxes;
    this.#listener.activate();
    try {
      for (;;) {
        for (const message of control) if (isShutdown(message)) this.#hear(message);
        for (const message of _connections) if (message.type === "newCSA") this.#serve(message);
        if (this.microprocess.children!.size === 0) break;
        this.pause();
        yield;
      }
    } finally {
      for (const message of _connections) if (message.type === "newCSA") message.csa.refuse();
    }
    this.send(this.#told ?? producerFinished(), "signal");
  }

  #hear(message: Shutdown): void {
    this.#told = message;
    this.#listener.stop();
    if (message.type !== "shutdownMicroprocess") return;
    for (const child of this.childComponents()) child.stop(message);
  }

  #serve({ csa, peer: { address, port }, local, secured }: NewCSA): void {
    const peer = secured === undefined ? { address, port, local } : { address, port, local, secured };
    const served: Served = { peer, csa, handler: undefined, linkages: [], left: (ended) => this.#leave(served, ended) };
    this.#adopt(csa, served);
    this.outboxes.connected.send(served.peer);
    try {
      this.#handOver(served);
    } catch (error) {
      this.#complain(served, error);
      csa.stop(shutdownMicroprocess(error));
    }
    csa.activate();
    if (this.#told?.type !== "shutdownMicroprocess") return;
    csa.stop(this.#told);
    served.handler?.stop(this.#told);
  }

  #handOver(served: Served): void {
    const { csa, peer } = served;
    const handler: unknown = this.#protocol(peer);
    if (handler instanceof Promise) handler.catch((error: unknown) => this.#complain(served, error));
    if (!(handler instanceof Component)) {
      const given = handler instanceof Promise ? "a promise (is it async?)" : String(handler);
      throw new TypeError(`Cannot serve ${nameOf(peer)}: the protocol gave ${given}, not a component`);
    }
    const sides = [inboxOf(handler, "inbox"), outboxOf(handler, "outbox")] as const;
    this.#adopt(handler, served);
    served.handler = handler;
    served.linkages = [
      this.link(csa.outboxes.outbox, sides[0]),
      this.link(csa.outboxes.signal, inboxOf(handler, "control")),
      this.link(sides[1], csa.inboxes.inbox),
      this.link(outboxOf(handler, "signal"), csa.inboxes.control),
    ];
    const { makessl } = handler.outboxes;
    const { sslready } = handler.inboxes;
    if (makessl !== undefined) served.linkages = [...served.linkages, this.link(makessl, csa.inboxes.makessl)];
    if (sslready !== undefined) served.linkages = [...served.linkages, this.link(csa.outboxes.sslready, sslready)];
    handler.activate();
  }

  #adopt(component: AnyComponent, { left }: Served): void {
    this.addChildren(component);
    this.watch(component, left);
  }

  /** One of the two has ended: so does the other. */
  #leave(served: Served, { component, failure }: Ended): void {
    const { csa, handler, linkages } = served;
    for (const linkage of linkages) linkage.unlink();
    if (failure !== undefined) this.#complain(served, failure);
    if (component === csa) {
      csa.refuse(); // who is killed before the first turn has had no chance to
      handler?.stop(shutdownMicroprocess(csa.connectionError ?? "the connection is closed"));
    } else csa.stop(failure === undefined ? producerFinished() : shutdownMicroprocess(failure));
  }

  #complain({ peer }: Served, error: unknown): void {
    const { failures } = this.outboxes;
    failures.send({ peer, error }); // also when it is not linked: who taps it hears it
    if (failures.linked) return;
    const who = error instanceof ComponentFailure ? error.component : `the protocol of ${this.name}`;
    complain(`${who} failed, and its connection with ${nameOf(peer)} is closed`, error);
  }
}

function nameOf({ address, port }: Endpoint): string {
  return hostAndPort(address, port);
}

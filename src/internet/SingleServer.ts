// SPDX-License-Identifier: Apache-2.0
import {
  Component,
  type Ended,
  type Endpoint,
  isShutdown,
  type Linkage,
  type Main,
  producerFinished,
  type Secured,
  type Shutdown,
} from "../axon/index.ts";
import type { ConnectedSocketAdapter } from "./ConnectedSocketAdapter.ts";
import type { Peer } from "./ServerCore.ts";
import { type NewCSA, type Refusal, type ShutdownCSA, TCPServer, type TCPServerOptions } from "./TCPServer.ts";

/** Where a {@link SingleServer} listens. The port is 1601 unless told otherwise. */
export type SingleServerOptions = Omit<TCPServerOptions, "limit">;

/** Its boxes. */
export type SingleServerInboxes = { inbox: Uint8Array; makessl: unknown; control: Shutdown };
export type SingleServerOutboxes = {
  outbox: Uint8Array;
  sslready: Secured;
  signal: Shutdown;
  listening: Endpoint;
  connected: Peer;
  disconnected: Peer;
  refused: Refusal;
};

/**
 * A server for one client at a time, whose bytes it gives as its own: bytes from the client leave from its outbox, bytes on its inbox go to the client. Who
 * comes while somebody is there is closed. What is on its inbox while nobody is there waits for the next client.
 *
 * When a client has no more to send, it is sent what is in the inbox, and closed. producerFinished takes no new client, and sends the present one what is in
 * the inbox; shutdownMicroprocess closes at once.
 *
 * @throws RangeError for a port that there cannot be
 * @throws Error when it cannot listen
 * @example
 * await Pipeline(SingleServer({ port: 1601 }), ConsoleEchoer()).run(); // until it is stopped
 */
export function SingleServer(options: SingleServerOptions = {}): Component<SingleServerInboxes, SingleServerOutboxes> {
  return new SingleServerComponent(options);
}

/** The client that is there. */
interface Client {
  readonly csa: ConnectedSocketAdapter;
  readonly peer: Peer;
  readonly linkages: readonly Linkage[];
}

type OwnInboxes = SingleServerInboxes & { _connections: NewCSA | ShutdownCSA; _ended: Ended; _signal: Shutdown };

class SingleServerComponent extends Component<OwnInboxes, SingleServerOutboxes> {
  static readonly Inboxes = {
    inbox: "bytes for the client",
    makessl: "any message begins TLS with the client",
    control: "stops the server",
    _connections: "connections from the TCPServer",
    _ended: "the adapter that has ended",
    _signal: "that the client has no more to send",
  };
  static readonly Outboxes = {
    outbox: "bytes from the client",
    sslready: "what TLS agreed on, once it has begun",
    signal: "told when the server stops",
    listening: "the address, once it listens",
    connected: "a client has come",
    disconnected: "a client has gone",
    refused: "connections that were not taken, and why",
  };
  readonly #listener: ReturnType<typeof TCPServer>;
  #client: Client | undefined;
  #told: Shutdown | undefined;

  constructor(options: SingleServerOptions) {
    super();
    this.#listener = TCPServer({ ...(options.path === undefined ? { port: 1601 } : {}), ...options, limit: 1 });
    this.addChildren(this.#listener);
    const { protocolHandlerSignal, listening, refused } = this.#listener.outboxes;
    this.link(protocolHandlerSignal, this.inboxes._connections);
    this.link(listening, this.outboxes.listening);
    this.link(refused, this.outboxes.refused);
  }

  override get kind(): Function {
    return SingleServer;
  }

  *main(): Main {
    const { control, _connections, _ended, _signal } = this.inboxes;
    this.#listener.activate();
    try {
      for (;;) {
        for (const message of control) if (isShutdown(message)) this.#hear(message);
        for (const message of _connections) if (message.type === "newCSA") this.#serve(message);
        for (const message of _signal) this.#client?.csa.stop(message);
        for (const ended of _ended) this.#leave(ended);
        if (this.#listener.isStopped && this.#client === undefined) break;
        this.pause();
        yield;
      }
    } finally {
      for (const message of _connections) if (message.type === "newCSA") message.csa.refuse();
      this.#client?.csa.refuse();
    }
    this.send(this.#told ?? producerFinished(), "signal");
  }

  #hear(message: Shutdown): void {
    this.#told = message;
    this.#listener.stop();
    this.#client?.csa.stop(message);
  }

  #serve({ csa, peer: { address, port }, local, secured }: NewCSA): void {
    const peer = secured === undefined ? { address, port, local } : { address, port, local, secured };
    this.addChildren(csa);
    this.watch(csa, this.inboxes._ended);
    const linkages = [
      this.link(csa.outboxes.outbox, this.outboxes.outbox),
      this.link(csa.outboxes.sslready, this.outboxes.sslready),
      this.link(csa.outboxes.signal, this.inboxes._signal),
      this.link(this.inboxes.inbox, csa.inboxes.inbox),
      this.link(this.inboxes.makessl, csa.inboxes.makessl),
    ];
    this.#client = { csa, peer, linkages };
    this.outboxes.connected.send(peer);
    csa.activate();
    if (this.#told !== undefined) csa.stop(this.#told);
  }

  #leave({ component, failure }: Ended): void {
    const client = this.#client;
    if (component !== client?.csa) return;
    if (failure !== undefined) throw failure;
    for (const linkage of client.linkages) linkage.unlink();
    this.#client = undefined;
    this.outboxes.disconnected.send(client.peer);
  }
}

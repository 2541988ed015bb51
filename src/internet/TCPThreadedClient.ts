// SPDX-License-Identifier: Apache-2.0
import { Component, type Ended, type Main, shutdownMicroprocess, tap, thread } from "../axon/index.ts";
import { ConnectedSocketAdapter, type ConnectionInboxes, type ConnectionOutboxes } from "./ConnectedSocketAdapter.ts";
import { nameOf } from "./node/explained.ts";
import { checkClient, type TCPClientOptions } from "./TCPClient.ts";

/** The boxes of the thread. @internal */
export type ThreadedInboxes = ConnectionInboxes & { _options: TCPClientOptions };
export type ThreadedOutboxes = ConnectionOutboxes;

/**
 * A {@link TCPClient} whose socket lives on a thread of its own, so that encryption and system calls cost this one nothing. It always uses the real network
 * and the real time: on a system with a network of its own it fails. A thread that dies is signalled as a connection that breaks is.
 *
 * @throws RangeError, TypeError, Error as TCPClient does
 * @example
 * await Pipeline(Feed([Buffer.from("hello")]), TCPThreadedClient({ host: "127.0.0.1", port: 1500 }), ConsoleEchoer()).run();
 */
export function TCPThreadedClient(options: TCPClientOptions): Component<ConnectionInboxes, ConnectionOutboxes> {
  return new ThreadedClient(options);
}

class ThreadedClient extends Component<ConnectionInboxes, ConnectionOutboxes> {
  static readonly Inboxes = ConnectedSocketAdapter.Inboxes;
  static readonly Outboxes = ConnectedSocketAdapter.Outboxes;
  readonly #options: TCPClientOptions;
  readonly #where: string;
  #signalled = false;

  constructor(options: TCPClientOptions) {
    super();
    this.#where = nameOf(checkClient(options).place);
    this.#options = options;
  }

  override get kind(): Function {
    return TCPThreadedClient;
  }

  *main(): Main {
    if (this.system.network !== undefined)
      throw new Error(
        `Cannot connect to ${this.#where}: a thread reaches the real network only, and this system has one of its own; use TCPClient`,
      );
    const client = ClientThread();
    this.addChildren(client);
    for (const name of ["inbox", "makessl"] as const) this.link([this, name], [client, name], { passthrough: 1 });
    for (const name of ["outbox", "signal", "sslready"] as const) this.link([client, name], [this, name], { passthrough: 2 });
    tap(client.outboxes.signal, () => (this.#signalled = true));
    this.watch(client, (ended) => this.#onEnded(ended));
    client.inboxes._options.deliver(this.#options);
    client.activate();
  }

  /** Mistakes of the program are failures, as they are of TCPClient; what else befalls a thread is not its doing. */
  #onEnded({ failure, reason }: Ended): void {
    const { cause } = failure ?? {};
    if (cause instanceof TypeError || (cause instanceof Error && cause.name === "ComponentFailure")) throw cause;
    if (this.#signalled || reason === "finished") return;
    const why = cause instanceof Error ? cause.message : String(cause);
    const error = new Error(`Cannot stay connected to ${this.#where}: its thread has ended: ${why}; connect again`, { cause });
    this.send(failure === undefined ? (this.shutdown ?? shutdownMicroprocess()) : shutdownMicroprocess(error), "signal");
  }
}

function ClientThread(): Component<ThreadedInboxes, ThreadedOutboxes> {
  return thread(TCPThreadedClient, new URL("./TCPThreadedClient.worker.ts", import.meta.url), {
    inboxes: { ...ConnectedSocketAdapter.Inboxes, _options: "whom to connect to" },
    outboxes: ConnectedSocketAdapter.Outboxes,
  });
}

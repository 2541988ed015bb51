// SPDX-License-Identifier: Apache-2.0
import { type Component, thread } from "../axon/index.ts";
import { ConnectedSocketAdapter, type ConnectionInboxes, type ConnectionOutboxes } from "./ConnectedSocketAdapter.ts";
import { checkClient, type TCPClientOptions } from "./TCPClient.ts";

/** The boxes of the thread. @internal */
export type ThreadedInboxes = ConnectionInboxes & { _options: TCPClientOptions };
export type ThreadedOutboxes = ConnectionOutboxes;

/**
 * A {@link TCPClient} whose socket lives on a thread of its own, so that encryption and system calls cost this one nothing. It always uses the real network
 * and the real time.
 *
 * @throws RangeError, TypeError, Error as TCPClient does
 * @example
 * await Pipeline(Feed([Buffer.from("hello")]), TCPThreadedClient({ host: "127.0.0.1", port: 1500 }), ConsoleEchoer()).run();
 */
export function TCPThreadedClient(options: TCPClientOptions): Component<ConnectionInboxes, ConnectionOutboxes> {
  checkClient(options);
  const made: Component<ThreadedInboxes, ThreadedOutboxes> = thread(
    TCPThreadedClient,
    new URL("./TCPThreadedClient.worker.ts", import.meta.url),
    {
      inboxes: { ...ConnectedSocketAdapter.Inboxes, _options: "whom to connect to" },
      outboxes: ConnectedSocketAdapter.Outboxes,
    },
  );
  made.inboxes._options.deliver(options);
  return made;
}

// SPDX-License-Identifier: Apache-2.0
import { Component, type Main, worker } from "../axon/index.ts";
import { ConnectedSocketAdapter } from "./ConnectedSocketAdapter.ts";
import { TCPClient } from "./TCPClient.ts";
import type { ThreadedInboxes, ThreadedOutboxes } from "./TCPThreadedClient.ts";

/** A client that is told in the thread whom to connect to. */
class Body extends Component<ThreadedInboxes, ThreadedOutboxes> {
  static readonly Inboxes = { ...ConnectedSocketAdapter.Inboxes, _options: "whom to connect to" };
  static readonly Outboxes = ConnectedSocketAdapter.Outboxes;

  *main(): Main {
    if (!(yield this.inboxes._options)) {
      if (this.shutdown !== undefined) this.send(this.shutdown, "signal");
      return;
    }
    const client = TCPClient(this.inboxes._options.recv());
    this.addChildren(client);
    this.link(this.inboxes.inbox, client.inboxes.inbox);
    this.link(this.inboxes.makessl, client.inboxes.makessl);
    for (const name of ["outbox", "signal", "sslready"] as const) this.link([client, name], [this, name], { passthrough: 2 });
    client.activate();
  }
}

worker<() => Component<ThreadedInboxes, ThreadedOutboxes>>(new Body());

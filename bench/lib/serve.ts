// SPDX-License-Identifier: Apache-2.0
import { type Component, type Endpoint, type Outbox, System } from "../../src/axon/index.ts";
import { Announcer } from "./Announcer.ts";

/** Runs a server that prints the port it listens on. */
export async function serve(server: Component<any, any> & { readonly outboxes: { readonly listening: Outbox<Endpoint> } }): Promise<void> {
  const system = new System();
  const announcer = Announcer();
  announcer.link(server.outboxes.listening, announcer.inboxes.inbox);
  system.activate(announcer);
  await system.run(server);
}

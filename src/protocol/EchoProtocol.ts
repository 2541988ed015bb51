// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Sends back whatever it receives (the service of RFC 862). Handy to see whether a server works.
 *
 * @example
 * await SimpleServer({ port: 1500, protocol: EchoProtocol }).run(); // until it is stopped
 */
export function EchoProtocol(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(EchoProtocol, {
    inboxes: { inbox: "bytes from the client" },
    outboxes: { outbox: "the same bytes to the client" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const bytes of inbox) outbox.send(bytes);
    },
  });
}

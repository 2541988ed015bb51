// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { checkLocal, type Datagram, type DatagramOutboxes, Datagrams, type LocalOptions, SAYS, sendAll } from "./datagrams.ts";

/** A datagram, and to whom it goes. */
export type Letter = readonly [host: string, port: number, bytes: Uint8Array];

/**
 * Sends datagrams (UDP), each to whom it says, and gives each datagram that comes with who sent it; otherwise as {@link SimplePeer}.
 * A letter to a port that there cannot be is a failure like any other.
 *
 * @throws RangeError for a port, an address or a number that there cannot be
 * @throws Error when it cannot bind: the port is in use, or not allowed
 * @example
 * Pipeline(Feed([["127.0.0.1", 1600, Buffer.from("hello")] as const]), PostboxPeer());
 */
export function PostboxPeer(options: LocalOptions = {}): Component<{ inbox: Letter }, { outbox: Datagram } & DatagramOutboxes> {
  checkLocal(options);
  return component(PostboxPeer, {
    inboxes: { inbox: "datagrams to send: the host, the port, the bytes" },
    outboxes: { outbox: "datagrams that came, and who sent them", ...SAYS },
    *main({ inbox }, { outbox, ...says }, self) {
      const socket = new Datagrams(self, options, says, { outbox, received: (bytes, from) => outbox.send([bytes, from]) });
      yield* sendAll(socket, inbox, ([address, port, bytes]) => socket.send(bytes, { address, port }));
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import {
  checkLocal,
  type Datagram,
  type DatagramOutboxes,
  Datagrams,
  type LocalOptions,
  localTo,
  maybeReceiverOf,
  SAYS,
  sendAll,
} from "./datagrams.ts";

/** Where to send from, and to whom. */
export interface SimplePeerOptions extends LocalOptions {
  /** To whom everything is sent: a name or an address. Default: nobody; it only receives, and what it is to send is a failure. */
  readonly receiverAddress?: string;
  readonly receiverPort?: number;
}

/**
 * Sends each message as a datagram (UDP) to one receiver, and gives each datagram that comes, from anybody, with who sent it.
 *
 * A datagram is 0 to 65,507 bytes over IPv4, and arrives whole or not at all. While its outbox is full, datagrams that come wait as far as there is room;
 * the rest is lost, as on any network. producerFinished sends what is in the inbox, and closes.
 *
 * @throws RangeError for a port, an address or a number that there cannot be
 * @throws TypeError for half a receiver
 * @throws Error when it cannot bind: the port is in use, or not allowed
 * @example
 * Pipeline(Feed([Buffer.from("hello")]), SimplePeer({ receiverAddress: "127.0.0.1", receiverPort: 1600 }), ConsoleEchoer());
 */
export function SimplePeer(options: SimplePeerOptions = {}): Component<{ inbox: Uint8Array }, { outbox: Datagram } & DatagramOutboxes> {
  checkLocal(options);
  const to = maybeReceiverOf(options.receiverAddress, options.receiverPort);
  const nobody = new TypeError(
    "Cannot send: there is no receiver; give receiverAddress and receiverPort, or take a TargettedPeer or a PostboxPeer",
  );
  return component(SimplePeer, {
    inboxes: { inbox: "datagrams to send" },
    outboxes: { outbox: "datagrams that came, and who sent them", ...SAYS },
    *main({ inbox }, { outbox, ...says }, self) {
      const socket = new Datagrams(self, localTo(options.receiverAddress, options), says, {
        outbox,
        received: (bytes, from) => outbox.send([bytes, from]),
      });
      yield* sendAll(socket, inbox, (bytes) => {
        if (to !== undefined) return socket.send(bytes, to);
        says.failures.send({ error: nobody, to });
        return true;
      });
    },
  });
}

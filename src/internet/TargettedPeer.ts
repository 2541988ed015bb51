// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, type Endpoint } from "../axon/index.ts";
import {
  checkLocal,
  type Datagram,
  type DatagramOutboxes,
  Datagrams,
  type LocalOptions,
  localTo,
  maybeReceiverOf,
  SAYS,
} from "./datagrams.ts";

/** Where to send from, and to whom at first. */
export interface TargettedPeerOptions extends LocalOptions {
  /** To whom to send until "target" says otherwise. Default: nobody; what is to be sent waits. */
  readonly receiverAddress?: string;
  readonly receiverPort?: number;
}

/**
 * A {@link SimplePeer} whose receiver can be changed: each message to "target" says to whom what follows is sent.
 *
 * @throws RangeError for a port, an address or a number that there cannot be
 * @throws TypeError for half a receiver
 * @throws Error when it cannot bind: the port is in use, or not allowed
 * @example
 * Pipeline(Feed([Buffer.from("hello")]), TargettedPeer({ receiverAddress: "127.0.0.1", receiverPort: 1600 }));
 */
export function TargettedPeer(
  options: TargettedPeerOptions = {},
): Component<{ inbox: Uint8Array; target: Endpoint }, { outbox: Datagram } & DatagramOutboxes> {
  const { receiverAddress, receiverPort } = options;
  checkLocal(options);
  const first = maybeReceiverOf(receiverAddress, receiverPort);
  return component(TargettedPeer, {
    inboxes: { inbox: "datagrams to send", target: "to whom to send from now on" },
    outboxes: { outbox: "datagrams that came, and who sent them", ...SAYS },
    *main({ inbox, target }, { outbox, ...says }, self) {
      let to = first;
      const socket = new Datagrams(self, localTo(receiverAddress, options), says, {
        outbox,
        received: (bytes, from) => outbox.send([bytes, from]),
      });
      try {
        yield* socket.opened();
        for (let goOn = true; goOn && !self.toldToStop;) {
          goOn = yield to === undefined ? target : anyOf(inbox, target);
          for (const next of target) to = next;
          if (to !== undefined && !self.toldToStop) for (const bytes of inbox) if (!socket.send(bytes, to)) yield socket.room();
        }
        yield* socket.finish();
      } finally {
        socket.close();
      }
    },
  });
}

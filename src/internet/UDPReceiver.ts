// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { checkLocal, type Datagram, type DatagramOutboxes, Datagrams, type LocalOptions, receiveAll, SAYS } from "./datagrams.ts";

/**
 * Receives datagrams (UDP). While its outbox is full, they wait as far as there is room; the rest is lost, as on any network.
 *
 * @throws RangeError for a port, an address or a number that there cannot be
 * @throws Error when it cannot bind: the port is in use, or not allowed
 * @example
 * Pipeline(UDPReceiver({ localPort: 1600 }), PureTransformer(([bytes]) => bytes), ConsoleEchoer());
 */
export function UDPReceiver(options: LocalOptions = {}): Component<{}, { outbox: Datagram } & DatagramOutboxes> {
  checkLocal(options);
  return component(UDPReceiver, {
    outboxes: { outbox: "datagrams that came, and who sent them", ...SAYS },
    *main({ control }, { outbox, ...says }, self) {
      const socket = new Datagrams(self, options, says, { outbox, received: (bytes, from) => outbox.send([bytes, from]) });
      yield* receiveAll(socket, control);
    },
  });
}

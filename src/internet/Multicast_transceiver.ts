// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Membership } from "../axon/index.ts";
import { checkLocal, type DatagramOutboxes, Datagrams, localTo, receiverOf, SAYS, sendAll } from "./datagrams.ts";
import type { MulticastDatagram } from "./Multicast_receiver.ts";
import type { MulticastSenderOptions } from "./Multicast_sender.ts";
import { checkGiven, checkGroup } from "./options.ts";

/** Which group to hear and to send to. `multicastTTL` is 255 unless told otherwise. */
export interface MulticastTransceiverOptions extends MulticastSenderOptions, Membership {}

/**
 * Sends each message as a datagram to a multicast group, and gives each datagram that is sent to it, and to the local port. Its own come back, too, unless
 * `multicastLoopback` is false. Several on one machine can share the group. `interface` is where it hears the group, and sends to it; with `multicastInterface`
 * alone, it only sends there, and hears the group on the interface that the system chooses. producerFinished sends what is in the inbox, and closes.
 *
 * @throws RangeError for what is no group, and for a port, an address or a number that there cannot be
 * @throws Error when it cannot bind, or not join the group
 * @example
 * Multicast_transceiver({ localAddress: "0.0.0.0", localPort: 1600, remoteAddress: "224.168.2.9", remotePort: 1600 });
 */
export function Multicast_transceiver(
  options: MulticastTransceiverOptions,
): Component<{ inbox: Uint8Array }, { outbox: MulticastDatagram } & DatagramOutboxes> {
  checkGiven("send to a group", options, "remoteAddress and remotePort");
  const { source, interface: via, remoteAddress, remotePort } = options;
  checkGroup("share", remoteAddress, options);
  checkLocal(options);
  const to = receiverOf(remoteAddress, remotePort);
  const membership = {
    group: remoteAddress,
    ...(source === undefined ? {} : { source }),
    ...(via === undefined ? {} : { interface: via }),
  };
  const sending = via === undefined ? {} : { multicastInterface: via };
  const opening = { reuseAddress: true, multicastTTL: 255, ...sending, ...localTo(remoteAddress, options), groups: [membership] };
  return component(Multicast_transceiver, {
    inboxes: { inbox: "datagrams to send" },
    outboxes: { outbox: "who sent a datagram, and the datagram", ...SAYS },
    *main({ inbox }, { outbox, ...says }, self) {
      const socket = new Datagrams(self, opening, says, { outbox, received: (bytes, from) => outbox.send([from, bytes]) });
      yield* sendAll(socket, inbox, (bytes) => socket.send(bytes, to));
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type DatagramOptions, type Endpoint, type Membership } from "../axon/index.ts";
import { checkLocal, type DatagramOutboxes, Datagrams, receiveAll, SAYS } from "./datagrams.ts";
import { checkGiven, checkGroup } from "./options.ts";

/** Which group to hear. */
export interface MulticastReceiverOptions extends Membership, Pick<DatagramOptions, "receiveBuffer" | "reuseAddress"> {
  /** The group. */
  readonly address: string;
  readonly port: number;
}

/** Who sent a datagram, and the datagram: the other way round than with UDP, as it always was. */
export type MulticastDatagram = readonly [from: Endpoint, bytes: Uint8Array];

/**
 * Receives what is sent to a multicast group, from anybody or (source-specific) from one source only. Several on one machine can hear the same group.
 *
 * @throws RangeError for what is no group, and for a port, an address or a number that there cannot be
 * @throws Error when it cannot bind, or not join the group
 * @example
 * Pipeline(Multicast_receiver({ address: "224.168.2.9", port: 1600 }), PureTransformer(([, bytes]) => bytes), ConsoleEchoer());
 */
export function Multicast_receiver(options: MulticastReceiverOptions): Component<{}, { outbox: MulticastDatagram } & DatagramOutboxes> {
  checkGiven("hear a group", options, "its address and a port");
  const { address, port, source, interface: via, ...others } = options;
  const membership = { group: address, ...(source === undefined ? {} : { source }), ...(via === undefined ? {} : { interface: via }) };
  const opening = { reuseAddress: true, ...others, localAddress: address, localPort: port, groups: [membership] };
  checkGroup("hear", address, membership);
  checkLocal(opening);
  return component(Multicast_receiver, {
    outboxes: { outbox: "who sent a datagram, and the datagram", ...SAYS },
    *main({ control }, { outbox, ...says }, self) {
      const socket = new Datagrams(self, opening, says, { outbox, received: (bytes, from) => outbox.send([from, bytes]) });
      yield* receiveAll(socket, control);
    },
  });
}

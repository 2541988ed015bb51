// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { checkLocal, type DatagramOutboxes, Datagrams, type LocalOptions, localTo, receiverOf, SAYS, sendAll } from "./datagrams.ts";
import { checkGiven, checkGroup } from "./options.ts";

/** Which group to send to, and from where. `multicastTTL` is 10 unless told otherwise. */
export interface MulticastSenderOptions extends LocalOptions {
  /** The group. */
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/**
 * Sends each message as a datagram to a multicast group. producerFinished sends what is in the inbox, and closes.
 *
 * @throws RangeError for what is no group, and for a port, an address or a number that there cannot be
 * @throws Error when it cannot bind: the port is in use, or not allowed
 * @example
 * Pipeline(Feed([Buffer.from("hello")]), Multicast_sender({ remoteAddress: "224.168.2.9", remotePort: 1600 }));
 */
export function Multicast_sender(options: MulticastSenderOptions): Component<{ inbox: Uint8Array }, DatagramOutboxes> {
  checkGiven("send to a group", options, "remoteAddress and remotePort");
  checkGroup("send to", options.remoteAddress);
  checkLocal(options);
  const to = receiverOf(options.remoteAddress, options.remotePort);
  return component(Multicast_sender, {
    inboxes: { inbox: "datagrams to send" },
    outboxes: SAYS,
    *main({ inbox }, says, self) {
      const socket = new Datagrams(self, { multicastTTL: 10, ...localTo(options.remoteAddress, options) }, says);
      yield* sendAll(socket, inbox, (bytes) => socket.send(bytes, to));
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { checkLocal, type DatagramOutboxes, Datagrams, type LocalOptions, localTo, receiverOf, SAYS, sendAll } from "./datagrams.ts";
import { checkGiven } from "./options.ts";

/** Where to send from, and to whom. */
export interface UDPSenderOptions extends LocalOptions {
  /** To whom everything is sent: a name or an address. */
  readonly receiverAddress: string;
  readonly receiverPort: number;
}

/**
 * Sends each message as a datagram (UDP) to one receiver. It is connected to it: if nobody is there, and the receiver's machine says so, that is told on
 * "failures". producerFinished sends what is in the inbox, and closes.
 *
 * @throws RangeError for a port, an address or a number that there cannot be
 * @throws TypeError when it is not told to whom to send
 * @throws Error when it cannot bind: the port is in use, or not allowed
 * @example
 * Pipeline(ConsoleReader(), PureTransformer((line: string) => Buffer.from(line)), UDPSender({ receiverAddress: "127.0.0.1", receiverPort: 1600 }));
 */
export function UDPSender(options: UDPSenderOptions): Component<{ inbox: Uint8Array }, DatagramOutboxes> {
  checkGiven("send", options, "receiverAddress and receiverPort");
  checkLocal(options);
  const { address: host, port } = receiverOf(options.receiverAddress, options.receiverPort);
  return component(UDPSender, {
    inboxes: { inbox: "datagrams to send" },
    outboxes: SAYS,
    *main({ inbox }, says, self) {
      const socket = new Datagrams(self, { ...localTo(options.receiverAddress, options), peer: { host, port } }, says);
      yield* sendAll(socket, inbox, (bytes) => socket.send(bytes));
    },
  });
}

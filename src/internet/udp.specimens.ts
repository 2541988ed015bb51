// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { specimen, type Specimens } from "../testing/index.ts";
import { Multicast_receiver } from "./Multicast_receiver.ts";
import { Multicast_sender } from "./Multicast_sender.ts";
import { Multicast_transceiver } from "./Multicast_transceiver.ts";
import { type Letter, PostboxPeer } from "./PostboxPeer.ts";
import { Selector } from "./Selector.ts";
import { SimplePeer } from "./SimplePeer.ts";
import { SingleServer } from "./SingleServer.ts";
import { TargettedPeer } from "./TargettedPeer.ts";
import { UDPReceiver } from "./UDPReceiver.ts";
import { UDPSender } from "./UDPSender.ts";

const words = ["one", "two", "three"].map((word) => Buffer.from(word));
const inputs = { inbox: words };
const localAddress = "127.0.0.1";
const group = { remoteAddress: "239.168.2.13", remotePort: 9 };
const here = { localAddress, multicastInterface: localAddress };
/** Nobody listens at port 9: what matters is what is said of the address. */
const nobody = { localAddress, receiverAddress: "127.0.0.1", receiverPort: 9 };
const howMany = { compare: (messages: readonly unknown[]): number => Math.min(1, messages.length) };
const letters: readonly Letter[] = words.map((word) => ["127.0.0.1", 9, word]);

export const specimens: Specimens = {
  Multicast_receiver: specimen(() => Multicast_receiver({ address: "239.168.2.13", port: 16_013, interface: localAddress }), {}, howMany),
  Multicast_sender: specimen(() => Multicast_sender({ ...group, ...here }), inputs, howMany),
  Multicast_transceiver: specimen(() => Multicast_transceiver({ ...group, ...here, interface: localAddress }), inputs, howMany),
  PostboxPeer: specimen(() => PostboxPeer({ localAddress }), { inbox: letters }, howMany),
  Selector: specimen(() => Selector(), { notify: [] }),
  SELECTOR: "the name of a service",
  SimplePeer: specimen(() => SimplePeer(nobody), inputs, howMany),
  SingleServer: specimen(() => SingleServer({ port: 0 }), { inbox: [], makessl: [] }, howMany),
  TargettedPeer: specimen(() => TargettedPeer({ localAddress }), { ...inputs, target: [{ address: "127.0.0.1", port: 9 }] }, howMany),
  UDPReceiver: specimen(() => UDPReceiver({ localAddress }), {}, howMany),
  UDPSender: specimen(() => UDPSender(nobody), inputs, howMany),
};

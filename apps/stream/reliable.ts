// SPDX-License-Identifier: Apache-2.0
import type { Component, Shutdown } from "kamaelia/axon";
import { Graphline } from "kamaelia/chassis";
import { type MulticastDatagram, Multicast_transceiver } from "kamaelia/internet";
import { type MulticastMessage, PacketSorter, ReliableMulticastReceiver, ReliableMulticastSender } from "kamaelia/protocol/multicast";
import { PureTransformer } from "kamaelia/util";
import type { Place } from "./describe.ts";

/** Bits per second that are sent at most, repairs included. */
const RATE = 50e6;
/** What is taken for the longest round trip, in ms, until it is measured; and about how many listen. */
const [GRTT, GROUP_SIZE] = [50, 20];
/** Milliseconds that packets wait for each other: they share what repairs them. */
const FLUSH = 100;

// #region reliable
/** Sends packets to a group so that all of them come to everybody, and ends when they have. */
export function ReliableSending(
  place: Place,
  via: string | undefined,
): Component<{ inbox: Uint8Array; control: Shutdown }, { signal: Shutdown }> {
  return Graphline({
    components: {
      SEND: ReliableMulticastSender({ rate: RATE, flush: FLUSH, grtt: GRTT, groupSize: GROUP_SIZE }),
      NET: Network(place, via),
      BYTES: Bytes(),
      SORT: PacketSorter(),
    },
    linkages: {
      "self.inbox": "SEND.inbox",
      "SEND.outbox": "NET.inbox",
      "NET.outbox": "BYTES.inbox",
      "BYTES.outbox": "SORT.inbox",
      "SORT.senders": "SEND.feedback",
      "self.control": "SEND.control",
      "SEND.signal": "NET.control",
      "NET.signal": "BYTES.control",
      "BYTES.signal": "SORT.control",
      "SORT.signal": "self.signal",
    },
  });
}

/** Receives what is sent so, from now on, or from the start, as far as the sender still has that. */
export function ReliableReception(place: Place, via: string | undefined, from: "start" | "now"): Component<{}, { outbox: Uint8Array }> {
  return Graphline({
    components: {
      NET: Network(place, via),
      BYTES: Bytes(),
      RECEIVE: ReliableMulticastReceiver({ from }),
      PACKETS: PureTransformer(({ message }: MulticastMessage) => message),
    },
    linkages: {
      "NET.outbox": "BYTES.inbox",
      "BYTES.outbox": "RECEIVE.inbox",
      "RECEIVE.packets": "NET.inbox",
      "RECEIVE.outbox": "PACKETS.inbox",
      "PACKETS.outbox": "self.outbox",
      "self.control": "NET.control",
      "NET.signal": "BYTES.control",
      "BYTES.signal": "RECEIVE.control",
      "RECEIVE.signal": "PACKETS.control",
      "PACKETS.signal": "self.signal",
    },
  });
}
// #endregion

function Network({ group, port }: Place, via: string | undefined) {
  const from = via === undefined ? {} : { interface: via };
  return Multicast_transceiver({ localAddress: group, localPort: port, remoteAddress: group, remotePort: port, ...from });
}

const Bytes = () => PureTransformer(([, bytes]: MulticastDatagram) => bytes);

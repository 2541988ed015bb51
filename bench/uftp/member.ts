// SPDX-License-Identifier: Apache-2.0
// Sends the file "file" to a group, receives it as "come/file", or is only loaded.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { type Component, component } from "../../src/axon/index.ts";
import { Graphline, Pipeline } from "../../src/chassis/index.ts";
import { type MulticastDatagram, Multicast_receiver, Multicast_transceiver } from "../../src/internet/index.ts";
import {
  ObjectDeframer,
  ObjectFramer,
  PacketSorter,
  type ReceivedObject,
  ReliableMulticastReceiver,
  ReliableMulticastSender,
} from "../../src/protocol/multicast/index.ts";
import { DataSource, PureTransformer } from "../../src/util/index.ts";

const [command, rate] = process.argv.slice(2);
// What is sent goes to one port, what is asked for to another: a sender need not hear itself.
const [DATA, ASKING] = [5000, 5001];
const GROUP = "239.7.9.9";
const SOCKET = { interface: "127.0.0.1", multicastLoopback: true, receiveBuffer: 4_000_000 };

/** A socket that sends to one port of the group and hears another. */
function Net(to: number, from: number) {
  return Pipeline(
    Multicast_transceiver({ ...SOCKET, localAddress: GROUP, localPort: from, remoteAddress: GROUP, remotePort: to }),
    Bytes(),
  );
}

/** Datagrams without who sent them. */
function Bytes() {
  return PureTransformer(([, bytes]: MulticastDatagram) => bytes);
}

/** Sends messages to the group. */
function Sender() {
  return Graphline({
    components: {
      SENDER: ReliableMulticastSender({ rate: Number(rate), groupSize: 1, grtt: 10 }),
      NET: Net(DATA, ASKING),
      SORTER: PacketSorter(),
    },
    linkages: {
      "self.inbox": "SENDER.inbox",
      "SENDER.outbox": "NET.inbox",
      "NET.outbox": "SORTER.inbox",
      "SORTER.senders": "SENDER.feedback",
      "self.control": "SENDER.control",
      "SENDER.signal": "NET.control",
      "NET.signal": "SORTER.control",
      "SORTER.signal": "self.signal",
    },
  });
}

/** Gives the messages of the group. What other receivers ask for it hears, too. */
function Receiver() {
  return Graphline({
    components: {
      NET: Net(ASKING, DATA),
      OTHERS: Pipeline(Multicast_receiver({ ...SOCKET, address: GROUP, port: ASKING }), Bytes()),
      RECEIVER: ReliableMulticastReceiver(),
    },
    linkages: {
      "NET.outbox": "RECEIVER.inbox",
      "OTHERS.outbox": "RECEIVER.inbox",
      "RECEIVER.packets": "NET.inbox",
      "RECEIVER.outbox": "self.outbox",
    },
  });
}

/** Writes files, each under its name when it is whole. */
function Save(): Component<{ inbox: ReceivedObject }, {}> {
  return component(Save, {
    inboxes: { inbox: "files" },
    *main({ inbox }) {
      while (yield inbox) {
        const { name, bytes } = inbox.recv();
        writeFileSync(`part/${name}`, bytes);
        renameSync(`part/${name}`, `come/${name}`);
      }
    },
  });
}

if (command === "send") await Pipeline(DataSource([{ name: "file", bytes: readFileSync("file") }]), ObjectFramer(), Sender()).run();
if (command === "receive") await Pipeline(Receiver(), ObjectDeframer(), Save()).run();

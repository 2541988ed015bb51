// SPDX-License-Identifier: Apache-2.0
// Sends the file "file" to a group, receives it as "come/file", or is only loaded.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { type Component, component } from "../../src/axon/index.ts";
import { Graphline, Pipeline } from "../../src/chassis/index.ts";
import { Multicast_transceiver } from "../../src/internet/index.ts";
import { ObjectDeframer, ObjectFramer, type ReceivedObject, ReliableMulticast } from "../../src/protocol/multicast/index.ts";
import { DataSource, PureTransformer } from "../../src/util/index.ts";

const [command, rate] = process.argv.slice(2);
const GROUP = { localAddress: "239.7.9.9", localPort: 5000, remoteAddress: "239.7.9.9", remotePort: 5000, interface: "127.0.0.1" };

/** A member of the group on the network. */
function Member() {
  return Graphline({
    components: {
      MEMBER: ReliableMulticast({ rate: Number(rate ?? 1e6), groupSize: 1, grtt: 10 }),
      NET: Multicast_transceiver({ ...GROUP, receiveBuffer: 4_000_000, multicastLoopback: true }),
      BYTES: PureTransformer(([, bytes]: readonly [unknown, Uint8Array]) => bytes),
    },
    linkages: {
      "self.inbox": "MEMBER.inbox",
      "MEMBER.network": "NET.inbox",
      "NET.outbox": "BYTES.inbox",
      "BYTES.outbox": "MEMBER.packets",
      "MEMBER.outbox": "self.outbox",
      "self.control": "MEMBER.control",
      "MEMBER.signal": "NET.control",
      "NET.signal": "BYTES.control",
      "BYTES.signal": "self.signal",
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

if (command === "send") await Pipeline(DataSource([{ name: "file", bytes: readFileSync("file") }]), ObjectFramer(), Member()).run();
if (command === "receive") await Pipeline(Member(), ObjectDeframer(), Save()).run();

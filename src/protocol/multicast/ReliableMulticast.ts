// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import { Graphline } from "../../chassis/index.ts";
import type { Malformed } from "../framing/index.ts";
import type { MissedBlocks, MulticastMessage } from "./block.ts";
import { BlockCollector } from "./BlockCollector.ts";
import { BlockReader } from "./BlockReader.ts";
import { PacketSorter } from "./PacketSorter.ts";
import type { ReliableMulticastReceiverOptions } from "./ReliableMulticastReceiver.ts";
import { ReliableMulticastSender, type ReliableMulticastSenderOptions } from "./ReliableMulticastSender.ts";
import type { Report } from "./wire.ts";

/** How a member of a group sends and receives. */
export interface ReliableMulticastOptions extends ReliableMulticastSenderOptions, ReliableMulticastReceiverOptions {}

/**
 * A member of a group in which everybody gets what any other sends: every message, whole, each sender's in order, over a network that loses packets, doubles them and changes their order.
 * What is missing is asked for, by a few for all, and repaired with parity that helps all. The packets of the group come to "packets", and go out on "network":
 * link them to a Multicast_transceiver.
 *
 * producerFinished: what was sent is repaired as long as somebody asks; then it ends. README has the protocol.
 *
 * @throws RangeError for what its parts refuse
 * @example
 * const MEMBER = ReliableMulticast({ rate: 1e6 });
 * const NET = Multicast_transceiver({ localAddress: "0.0.0.0", localPort: 1600, remoteAddress: "224.168.2.9", remotePort: 1600 });
 * const BYTES = PureTransformer(([, bytes]: readonly [unknown, Uint8Array]) => bytes);
 * const group = Graphline({
 *   components: { MEMBER, NET, BYTES },
 *   linkages: { "MEMBER.network": "NET.inbox", "NET.outbox": "BYTES.inbox", "BYTES.outbox": "MEMBER.packets", "self.inbox": "MEMBER.inbox", "MEMBER.outbox": "self.outbox" },
 * });
 * await Pipeline(Feed([Buffer.from("hello")]), group).run(); // until it is stopped
 */
export function ReliableMulticast(
  options: ReliableMulticastOptions = {},
): Component<
  { inbox: Uint8Array; packets: Uint8Array },
  { outbox: MulticastMessage; network: Uint8Array; missed: MissedBlocks; statistics: Report; reports: Report; malformed: Malformed }
> {
  member(options, 0); // complains now, not when it runs
  return component(ReliableMulticast, {
    inboxes: { inbox: "messages for the group", packets: "packets of the group" },
    outboxes: {
      outbox: "messages of others",
      network: "packets for the group",
      missed: "blocks that could not be had",
      statistics: "how we get on with other senders",
      reports: "how others get on with us",
      malformed: "what was no packet, and why",
    },
    *main({ inbox, packets }, _, self) {
      const graph = member(options, options.id ?? self.system.random.integer(2 ** 32));
      self.link(inbox, graph.inboxes.inbox, { passthrough: 1 });
      self.link(packets, graph.inboxes.packets, { passthrough: 1 });
      for (const name of ["outbox", "network", "missed", "statistics", "reports", "malformed"] as const)
        self.link([graph, name], [self, name], { passthrough: 2 });
      graph.activate();
    },
  });
}

function member(options: ReliableMulticastOptions, id: number) {
  return Graphline({
    components: {
      SENDER: ReliableMulticastSender({ ...options, id }),
      SORTER: PacketSorter(),
      COLLECTOR: BlockCollector({ ...options, ignore: id }),
      READER: BlockReader(options),
    },
    linkages: {
      "self.inbox": "SENDER.inbox",
      "SENDER.outbox": "self.network",
      "SENDER.statistics": "self.reports",
      "self.packets": "SORTER.inbox",
      "SORTER.receivers": "COLLECTOR.inbox",
      "SORTER.senders": "SENDER.feedback",
      "SORTER.malformed": "self.malformed",
      "COLLECTOR.packets": "self.network",
      "COLLECTOR.outbox": "READER.inbox",
      "COLLECTOR.missed": "self.missed",
      "COLLECTOR.statistics": "self.statistics",
      "READER.outbox": "self.outbox",
      "self.control": "SENDER.control",
      "SENDER.signal": "SORTER.control",
      "SORTER.signal": "COLLECTOR.control",
      "COLLECTOR.signal": "READER.control",
      "READER.signal": "self.signal",
    },
  });
}

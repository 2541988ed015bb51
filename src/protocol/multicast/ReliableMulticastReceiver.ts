// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../../axon/index.ts";
import { Graphline } from "../../chassis/index.ts";
import type { Malformed } from "../framing/index.ts";
import type { MissedBlocks, MulticastMessage } from "./block.ts";
import { BlockCollector, type BlockCollectorOptions } from "./BlockCollector.ts";
import { BlockReader, type BlockReaderOptions, type BrokenMessage } from "./BlockReader.ts";
import { PacketSorter } from "./PacketSorter.ts";
import type { Report } from "./wire.ts";

/** What a receiver takes, and how long it waits. */
export interface ReliableMulticastReceiverOptions extends BlockCollectorOptions, BlockReaderOptions {}

/**
 * The receiving half of {@link ReliableMulticast}: {@link PacketSorter}, {@link BlockCollector} and {@link BlockReader}.
 *
 * @throws RangeError for what its parts refuse
 * @example
 * await Pipeline(
 *   Feed([Buffer.from("hello")]),
 *   ReliableMulticastSender(),
 *   ReliableMulticastReceiver({ patience: 1000 }),
 *   PureTransformer(({ message }: { readonly message: Uint8Array }) => message),
 *   ConsoleEchoer(),
 * ).run(); // until it is stopped
 */
export function ReliableMulticastReceiver(
  options: ReliableMulticastReceiverOptions = {},
): Component<
  { inbox: Uint8Array },
  { outbox: MulticastMessage; packets: Uint8Array; missed: MissedBlocks; statistics: Report; malformed: Malformed; broken: BrokenMessage }
> {
  return Graphline({
    components: { SORTER: PacketSorter(), COLLECTOR: BlockCollector(options), READER: BlockReader(options) },
    linkages: {
      "self.inbox": "SORTER.inbox",
      "SORTER.receivers": "COLLECTOR.inbox",
      "SORTER.malformed": "self.malformed",
      "COLLECTOR.outbox": "READER.inbox",
      "COLLECTOR.packets": "self.packets",
      "COLLECTOR.missed": "self.missed",
      "COLLECTOR.statistics": "self.statistics",
      "READER.outbox": "self.outbox",
      "READER.malformed": "self.broken",
      "self.control": "SORTER.control",
      "SORTER.signal": "COLLECTOR.control",
      "COLLECTOR.signal": "READER.control",
      "READER.signal": "self.signal",
    },
  });
}

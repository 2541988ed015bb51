// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../../axon/index.ts";
import { Graphline } from "../../chassis/index.ts";
import type { Malformed } from "../framing/index.ts";
import { NormCollector, type NormCollectorOptions, type NormCommandReceived, type NormStatistics } from "./NormCollector.ts";
import { NormSorter } from "./NormSorter.ts";
import type { MissedObject, ReceivedObject, ReceivedPiece } from "./remote.ts";

/**
 * Receives what senders of NORM (RFC 5740) send to a group, libnorm's among them: a {@link NormSorter} and a {@link NormCollector}. The packets of the group come to
 * "inbox"; what it has to say to the group goes out on "packets".
 *
 * @throws RangeError for what its parts refuse
 * @example
 * const { outbox: packets } = await drive(NormTransmitter({ id: 7, grtt: 10 }), { inbox: [{ bytes: Buffer.from("hello") }] });
 * const { outbox } = await drive(NormReceiver(), { inbox: packets });
 * Buffer.from(outbox[0]!.bytes).toString(); // hello
 */
export function NormReceiver(options: NormCollectorOptions = {}): Component<
  { inbox: Uint8Array },
  {
    outbox: ReceivedObject;
    stream: ReceivedPiece;
    packets: Uint8Array;
    missed: MissedObject;
    commands: NormCommandReceived;
    statistics: NormStatistics;
    malformed: Malformed;
  }
> {
  return Graphline({
    components: { SORTER: NormSorter(), COLLECTOR: NormCollector(options) },
    linkages: {
      "self.inbox": "SORTER.inbox",
      "SORTER.receivers": "COLLECTOR.inbox",
      "SORTER.malformed": "self.malformed",
      "COLLECTOR.outbox": "self.outbox",
      "COLLECTOR.stream": "self.stream",
      "COLLECTOR.packets": "self.packets",
      "COLLECTOR.missed": "self.missed",
      "COLLECTOR.commands": "self.commands",
      "COLLECTOR.statistics": "self.statistics",
      "self.control": "SORTER.control",
      "SORTER.signal": "COLLECTOR.control",
      "COLLECTOR.signal": "self.signal",
    },
  });
}

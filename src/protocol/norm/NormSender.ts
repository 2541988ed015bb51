// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../../axon/index.ts";
import { Graphline } from "../../chassis/index.ts";
import type { Malformed } from "../framing/index.ts";
import { NormSorter } from "./NormSorter.ts";
import { type NormRateReport, NormTransmitter, type NormTransmitterOptions } from "./NormTransmitter.ts";
import type { NormObject } from "./outgoing.ts";
import type { Confirmation } from "./sending.ts";

/**
 * Sends objects and a stream to any number of receivers by NORM (RFC 5740), libnorm's among them: a {@link NormTransmitter} and the {@link NormSorter} that reads what
 * receivers say. The packets of the group come to "packets", and go out on "outbox": link them to a Multicast_transceiver. After producerFinished everything is sent, and
 * repaired, before it ends.
 *
 * @throws RangeError for what its parts refuse
 * @example
 * const SENDER = NormSender({ rate: 1e6 });
 * const NET = Multicast_transceiver({ localAddress: "0.0.0.0", localPort: 6003, remoteAddress: "224.1.2.3", remotePort: 6003 });
 * const BYTES = PureTransformer(([, bytes]: readonly [unknown, Uint8Array]) => bytes);
 * const group = Graphline({
 *   components: { SENDER, NET, BYTES },
 *   linkages: { "self.inbox": "SENDER.inbox", "SENDER.outbox": "NET.inbox", "NET.outbox": "BYTES.inbox", "BYTES.outbox": "SENDER.packets" },
 * });
 * await Pipeline(Feed([{ bytes: Buffer.from("hello"), info: Buffer.from("hello.txt") }]), group).run(); // until it is stopped
 */
export function NormSender(
  options: NormTransmitterOptions = {},
): Component<
  { inbox: NormObject; stream: Uint8Array; packets: Uint8Array },
  { outbox: Uint8Array; confirmed: Confirmation; statistics: NormRateReport; malformed: Malformed }
> {
  return Graphline({
    components: { SORTER: NormSorter(), TRANSMITTER: NormTransmitter(options) },
    linkages: {
      "self.inbox": "TRANSMITTER.inbox",
      "self.stream": "TRANSMITTER.stream",
      "self.packets": "SORTER.inbox",
      "SORTER.senders": "TRANSMITTER.feedback",
      "SORTER.malformed": "self.malformed",
      "TRANSMITTER.outbox": "self.outbox",
      "TRANSMITTER.confirmed": "self.confirmed",
      "TRANSMITTER.statistics": "self.statistics",
      "self.control": "TRANSMITTER.control",
      "TRANSMITTER.signal": "SORTER.control",
      "SORTER.signal": "self.signal",
    },
  });
}

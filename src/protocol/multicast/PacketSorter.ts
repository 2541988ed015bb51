// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import type { Malformed } from "../framing/index.ts";
import { type Data, type Nack, parsePacket, type Report, type Status } from "./wire.ts";

/**
 * Reads packets of ReliableMulticast: what is for receivers, what is for senders. Requests are for both: other receivers hear them, too.
 *
 * @example
 * (await drive(PacketSorter(), { inbox: [Buffer.from("nonsense")] })).malformed.length; // 1
 */
export function PacketSorter(): Component<
  { inbox: Uint8Array },
  { receivers: Data | Status | Nack; senders: Nack | Report; malformed: Malformed }
> {
  return component(PacketSorter, {
    inboxes: { inbox: "packets" },
    outboxes: { receivers: "symbols, statuses and requests", senders: "requests and reports", malformed: "what was no packet, and why" },
    *main({ inbox }, { receivers, senders, malformed }) {
      while (yield inbox) {
        for (const bytes of inbox) {
          const packet = parsePacket(bytes);
          if (typeof packet === "string") malformed.send({ bytes, reason: `Cannot read a packet of ReliableMulticast: ${packet}` });
          else if (packet.type === "report") senders.send(packet);
          else {
            receivers.send(packet);
            if (packet.type === "nack") senders.send(packet);
          }
        }
      }
    },
  });
}

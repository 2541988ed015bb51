// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import type { Malformed } from "../framing/index.ts";
import type { NormAck, NormMessage, NormNack } from "./message.ts";
import { parseNorm } from "./parse.ts";

/** Messages for receivers: what senders say, and what other receivers ask for. */
export type ForReceivers = Exclude<NormMessage, NormAck>;

/**
 * Reads packets of NORM (RFC 5740, section 4): what is for receivers, what is for senders. Requests are for both: other receivers hear them, too.
 *
 * @example
 * (await drive(NormSorter(), { inbox: [Buffer.from("nonsense")] })).malformed.length; // 1
 */
export function NormSorter(): Component<
  { inbox: Uint8Array },
  { receivers: ForReceivers; senders: NormNack | NormAck; malformed: Malformed }
> {
  return component(NormSorter, {
    inboxes: { inbox: "packets" },
    outboxes: {
      receivers: "what senders say, and requests",
      senders: "requests and confirmations",
      malformed: "what was no packet, and why",
    },
    *main({ inbox }, { receivers, senders, malformed }) {
      while (yield inbox) {
        for (const bytes of inbox) {
          const message = parseNorm(bytes);
          if (typeof message === "string") malformed.send({ bytes, reason: `Cannot read a packet of NORM: ${message}` });
          else if (message.type === "ack") senders.send(message);
          else {
            receivers.send(message);
            if (message.type === "nack") senders.send(message);
          }
        }
      }
    },
  });
}

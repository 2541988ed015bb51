// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import type { Malformed } from "../framing/index.ts";
import { parseRTP, type RTPParsed } from "./packet.ts";

/**
 * Takes RTP packets apart (RFC 3550, section 5.1). Timestamps are those of the packets, with the sender's random offset.
 * What is no RTP packet goes to "malformed"; where nobody listens to that, it is counted there (`drops`).
 *
 * @example
 * await Pipeline(RTPFramer(), RTPDeframer(), RTPSource(), RecoverOrder<RTPParsed>({ timeout: 200 })).run(); // until it is stopped
 */
export function RTPDeframer(): Component<
  { inbox: Uint8Array },
  { outbox: readonly [sequence: number, content: RTPParsed]; malformed: Malformed }
> {
  return component(RTPDeframer, {
    inboxes: { inbox: "packets" },
    outboxes: { outbox: "[number, what is in it]", malformed: "what is no RTP packet, and why" },
    *main({ inbox }, { outbox, malformed }) {
      while (yield inbox) {
        for (const bytes of inbox) {
          const parsed = parseRTP(bytes);
          if (typeof parsed === "string") malformed.send({ bytes, reason: `Cannot read an RTP packet: ${parsed}` });
          else outbox.send(parsed);
        }
      }
    },
  });
}

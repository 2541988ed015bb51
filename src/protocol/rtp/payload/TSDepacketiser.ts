// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../../axon/index.ts";
import type { Malformed } from "../../framing/index.ts";
import { type Arrived, opened } from "./arrived.ts";
import { TS_PACKET, TS_SYNC } from "./tsTimeline.ts";

/**
 * Takes an MPEG transport stream out of RTP packets (RFC 2250, section 2): whole packets of 188 bytes. What is none goes to "malformed".
 * Packets have to come in their order: a RecoverOrder or a {@link JitterBuffer} sees to that.
 *
 * @example
 * await Pipeline(RTPDeframer(), RTPSource(), RecoverOrder<RTPParsed>({ timeout: 200 }), TSDepacketiser(), SimpleFileWriter("film.ts")).run(); // until it is stopped
 */
export function TSDepacketiser(): Component<{ inbox: Arrived }, { outbox: Uint8Array; malformed: Malformed }> {
  return component(TSDepacketiser, {
    inboxes: { inbox: "packets" },
    outboxes: { outbox: "the transport stream", malformed: "what is no part of one, and why" },
    *main({ inbox }, { outbox, malformed }) {
      while (yield inbox) {
        for (const message of inbox) {
          const { payload } = opened(message)[1];
          const fault = faultOf(payload);
          if (fault === undefined) outbox.send(payload);
          else malformed.send({ bytes: payload, reason: `Cannot read a piece of a transport stream: ${fault}` });
        }
      }
    },
  });
}

function faultOf(payload: Uint8Array): string | undefined {
  if (payload.length === 0 || payload.length % TS_PACKET !== 0) return `${payload.length} bytes are not packets of ${TS_PACKET}`;
  for (let at = 0; at < payload.length; at += TS_PACKET) if (payload[at] !== TS_SYNC) return `at ${at} is no ${TS_SYNC}, as in all packets`;
  return undefined;
}

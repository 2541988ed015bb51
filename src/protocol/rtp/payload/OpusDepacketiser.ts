// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../../axon/index.ts";
import type { Malformed } from "../../framing/index.ts";
import { type Arrived, opened } from "./arrived.ts";
import { opusDuration } from "./opusDuration.ts";

/**
 * Takes Opus packets out of RTP packets (RFC 7587), one in each message. Where some are missing, as their timestamps say, "missing" says how long that is, in samples at 48 kHz.
 * Packets have to come in their order: a RecoverOrder or a {@link JitterBuffer} sees to that. What is no Opus packet goes to "malformed".
 *
 * @example
 * // An OggFramer makes a file of them that players understand.
 * await Pipeline(RTPDeframer(), RTPSource(), RecoverOrder<RTPParsed>({ timeout: 200 }), OpusDepacketiser(), OggFramer(), SimpleFileWriter("song.opus")).run(); // until it is stopped
 */
export function OpusDepacketiser(): Component<{ inbox: Arrived }, { outbox: Uint8Array; missing: number; malformed: Malformed }> {
  return component(OpusDepacketiser, {
    inboxes: { inbox: "packets" },
    outboxes: { outbox: "Opus packets", missing: "samples that did not come", malformed: "what is no Opus packet, and why" },
    *main({ inbox }, { outbox, missing, malformed }) {
      let expected: number | undefined;
      while (yield inbox) {
        for (const message of inbox) {
          const { payload, timestamp } = opened(message)[1];
          const duration = opusDuration(payload);
          if (typeof duration === "string") {
            malformed.send({ bytes: payload, reason: `Cannot play an Opus packet: ${duration}` });
            continue;
          }
          const gap = expected === undefined ? 0 : (timestamp - expected) | 0; // modulo 2^32
          if (gap > 0) missing.send(gap);
          outbox.send(payload);
          expected = (timestamp + duration) % 2 ** 32;
        }
      }
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../../axon/index.ts";
import type { Malformed } from "../../framing/index.ts";
import type { RTPContent } from "../packet.ts";
import { checkPacketiser, type PacketiserOptions } from "./arrived.ts";
import { opusDuration } from "./opusDuration.ts";

/**
 * Puts Opus packets, one in each message, into RTP packets (RFC 7587): each is a payload. The timestamp counts 48000 a second from 0 on, whatever the sound's own rate;
 * how long a packet lasts, it says itself (RFC 6716, section 3.1). The marker says that sound begins. An {@link OggDeframer} finds packets in a file. What is no Opus packet goes to "malformed".
 * The payload type, which a description has to explain as `opus/48000/2`, is 96 unless it is told otherwise.
 *
 * @throws RangeError for what RTP cannot say
 * @example
 * // Each of these packets lasts 20 ms.
 * const { outbox } = await drive(OpusPacketiser(), { inbox: [Buffer.from("78abcd", "hex"), Buffer.from("78abcd", "hex")] });
 * console.log(outbox.map(({ timestamp }) => timestamp)); // [0, 960]
 */
export function OpusPacketiser({ ssrc, payloadtype = 96 }: PacketiserOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: RTPContent; malformed: Malformed }
> {
  checkPacketiser("send Opus", { payloadtype, ssrc: ssrc ?? 0 });
  return component(OpusPacketiser, {
    inboxes: { inbox: "Opus packets" },
    outboxes: { outbox: "what to send", malformed: "what is no Opus packet, and why" },
    *main({ inbox }, { outbox, malformed }, self) {
      const source = ssrc ?? self.system.random.integer(2 ** 32);
      let timestamp = 0;
      let marker = true;
      while (yield inbox) {
        for (const payload of inbox) {
          const duration = opusDuration(payload);
          if (typeof duration === "string") {
            malformed.send({ bytes: payload, reason: `Cannot send an Opus packet: ${duration}` });
            continue;
          }
          outbox.send({ payloadtype, payload, timestamp, ssrc: source, marker });
          timestamp = (timestamp + duration) % 2 ** 32;
          marker = false;
        }
      }
    },
  });
}

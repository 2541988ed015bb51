// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../../axon/index.ts";
import type { RTPContent } from "../packet.ts";
import { checkAudioFormat } from "./audioFormat.ts";
import { checkPacketiser, type PacketiserOptions } from "./arrived.ts";

/** Raw audio as RTP knows it: 16 bits, most significant byte first (L16), µ-law (PCMU) or A-law (PCMA). A ConvertAudio makes it of other formats. */
export interface RTPAudioFormat {
  readonly sample_format: "S16_BE" | "MU_LAW" | "A_LAW";
  readonly channels: number;
  readonly sample_rate: number;
}

/** What comes, and how it is cut. */
export interface AudioPacketiserOptions extends RTPAudioFormat, PacketiserOptions {
  /** How long a packet lasts; the last one may be shorter. Default 20, as RFC 3551 says (section 4.2). */
  readonly milliseconds?: number;
}

/**
 * Puts raw audio into RTP packets (RFC 3551, section 4.5: L16, PCMU, PCMA). The timestamp counts moments, from 0 on.
 * The payload type is by default that of RFC 3551, section 6: 0 for PCMU and 8 for PCMA at 8 kHz, mono; 10 and 11 for L16 at 44.1 kHz, stereo and mono; otherwise 96, which a description has to explain.
 *
 * @throws RangeError for rates, numbers and times that are not above 0, and what RTP cannot say
 * @example
 * const sound = { sample_format: "MU_LAW", channels: 1, sample_rate: 8000 } as const;
 * const { outbox } = await drive(AudioPacketiser(sound), { inbox: [new Uint8Array(400)] });
 * console.log(outbox.map(({ timestamp, payload }) => [timestamp, payload.length])); // [[0, 160], [160, 160], [320, 80]]
 */
export function AudioPacketiser({
  milliseconds = 20,
  ssrc,
  payloadtype: wanted,
  ...format
}: AudioPacketiserOptions): Component<{ inbox: Uint8Array }, { outbox: RTPContent }> {
  const { sample_format, channels, sample_rate } = format;
  checkAudioFormat("send", format);
  const payloadtype = wanted ?? staticType(format);
  checkPacketiser("send audio", { payloadtype, ssrc: ssrc ?? 0 });
  const frame = (sample_format === "S16_BE" ? 2 : 1) * channels;
  const frames = Math.round((sample_rate * milliseconds) / 1000);
  if (!(Number.isInteger(frame) && frame > 0 && frames > 0 && frames < Infinity))
    throw new RangeError(`Cannot send packets of ${milliseconds} ms, ${channels} channels at ${sample_rate} Hz: all have to be above 0`);
  const size = frames * frame;
  return component(AudioPacketiser, {
    inboxes: { inbox: "raw audio" },
    outboxes: { outbox: "what to send" },
    *main({ inbox }, { outbox }, self) {
      const source = ssrc ?? self.system.random.integer(2 ** 32);
      let payload = new Uint8Array(size);
      let filled = 0;
      let timestamp = 0;
      const send = (bytes: Uint8Array): void => {
        outbox.send({ payloadtype, payload: bytes, timestamp, ssrc: source });
        timestamp = (timestamp + bytes.length / frame) % 2 ** 32;
      };
      while (yield inbox) {
        for (const bytes of inbox) {
          for (let at = 0; at < bytes.length;) {
            const part = bytes.subarray(at, at + size - filled);
            payload.set(part, filled);
            at += part.length;
            filled += part.length;
            if (filled < size) break;
            send(payload);
            payload = new Uint8Array(size);
            filled = 0;
          }
        }
      }
      const whole = filled - (filled % frame); // half a moment is nothing
      if (whole > 0 && !self.toldToStop) send(payload.subarray(0, whole));
    },
  });
}

function staticType({ sample_format, channels, sample_rate }: RTPAudioFormat): number {
  if (sample_format === "S16_BE") return sample_rate === 44_100 && channels <= 2 ? 12 - channels : 96;
  if (sample_rate !== 8000 || channels !== 1) return 96;
  return sample_format === "MU_LAW" ? 0 : 8;
}

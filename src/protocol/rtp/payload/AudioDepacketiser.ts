// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../../axon/index.ts";
import type { Malformed } from "../../framing/index.ts";
import type { RTPAudioFormat } from "./AudioPacketiser.ts";
import { checkAudioFormat } from "./audioFormat.ts";
import { type Arrived, opened } from "./arrived.ts";

/** What comes, and what to do about what does not. */
export interface AudioDepacketiserOptions extends RTPAudioFormat {
  /** Milliseconds of silence at most that are put where packets are missing, so that what follows is not early. Default 200. */
  readonly maxSilence?: number;
}

/**
 * Takes raw audio out of RTP packets (RFC 3551). Where packets are missing, as their timestamps say, it sends silence. A ConvertAudio makes other formats of it.
 * Packets have to come in their order: a RecoverOrder or a {@link JitterBuffer} sees to that. What is not a number of whole moments goes to "malformed".
 *
 * @throws RangeError for rates, numbers and times below 0
 * @example
 * const sound = { sample_format: "MU_LAW", channels: 1, sample_rate: 8000 } as const;
 * Pipeline(RTPSession({ clockRate: 8000 }), JitterBuffer({ clockRate: 8000 }), AudioDepacketiser(sound), ConvertAudio({ ...sound, to_sample_format: "S16_LE" }));
 */
export function AudioDepacketiser({
  sample_format,
  channels,
  sample_rate,
  maxSilence = 200,
}: AudioDepacketiserOptions): Component<{ inbox: Arrived }, { outbox: Uint8Array; malformed: Malformed }> {
  checkAudioFormat("receive", { sample_format, channels, sample_rate });
  const frame = (sample_format === "S16_BE" ? 2 : 1) * channels;
  if (!(Number.isInteger(frame) && frame > 0 && sample_rate > 0 && maxSilence >= 0))
    throw new RangeError(
      `Cannot receive ${channels} channels at ${sample_rate} Hz: both have to be above 0, and the silence, ${maxSilence}, not below`,
    );
  const most = Math.round((maxSilence * sample_rate) / 1000);
  return component(AudioDepacketiser, {
    inboxes: { inbox: "packets" },
    outboxes: { outbox: "raw audio", malformed: "what is none, and why" },
    *main({ inbox }, { outbox, malformed }) {
      let expected: number | undefined;
      while (yield inbox) {
        for (const message of inbox) {
          const { payload, timestamp } = opened(message)[1];
          if (payload.length % frame !== 0) {
            malformed.send({ bytes: payload, reason: `Cannot play ${payload.length} bytes: a moment has ${frame}` });
            continue;
          }
          const missing = expected === undefined ? 0 : (timestamp - expected) | 0; // modulo 2^32
          if (missing > 0 && most > 0) outbox.send(new Uint8Array(Math.min(missing, most) * frame).fill(SILENCE[sample_format]));
          if (payload.length > 0) outbox.send(payload);
          expected = (timestamp + payload.length / frame) % 2 ** 32;
        }
      }
    },
  });
}

/** What a byte of silence is. */
const SILENCE: Readonly<Record<RTPAudioFormat["sample_format"], number>> = { S16_BE: 0, MU_LAW: 0xff, A_LAW: 0xd5 };

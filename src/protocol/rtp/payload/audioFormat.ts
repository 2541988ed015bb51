// SPDX-License-Identifier: Apache-2.0
import type { RTPAudioFormat } from "./AudioPacketiser.ts";

/** @throws RangeError for a format that RTP has no name for, and where something of it is not given */
export function checkAudioFormat(what: "send" | "receive", { sample_format, channels, sample_rate }: Partial<RTPAudioFormat>): void {
  const known: readonly unknown[] = ["S16_BE", "MU_LAW", "A_LAW"];
  if (!known.includes(sample_format))
    throw new RangeError(`Cannot ${what} audio in the sample_format ${sample_format}: give ${known.join(", ")}`);
  if (channels === undefined || sample_rate === undefined)
    throw new RangeError(`Cannot ${what} audio without knowing ${channels === undefined ? "its channels" : "its sample_rate"}: give both`);
}

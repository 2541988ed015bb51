// SPDX-License-Identifier: Apache-2.0
import { type AudioEncodeOptions, audioEncoder, encoding, type EncodesAudio } from "./audioCodecs.ts";

/** How Ogg Speex is made. */
export interface SpeexEncodeOptions extends AudioEncodeOptions {
  /** From 0 (small) to 10 (good). Default 8; without use where there is a `bitrate`. */
  readonly quality?: number;
}

/**
 * Encodes speech as Ogg Speex: what is in `.spx` files. 16 bits, one channel, 8 kHz come in, unless it is told otherwise; Speex
 * has 8, 16 or 32 kHz, whichever is nearest. (The original sent its packets without Ogg around them.)
 *
 * @throws RangeError for a sample format that there is not, or a quality that is not between 0 and 10
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it fails
 * @example
 * await Pipeline(Microphone(), SpeexEncode(), SimpleFileWriter("out.spx")).run();
 */
export function SpeexEncode({ quality = 8, sample_rate = 8000, ...options }: SpeexEncodeOptions = {}): EncodesAudio {
  if (!(quality >= 0 && quality <= 10)) throw new RangeError(`Cannot encode Speex with quality ${quality}: there is 0 to 10`);
  const worth = options.bitrate === undefined ? ["-cbr_quality", `${quality}`] : [];
  const job = encoding("encode Speex", ["-c:a", "libspeex", ...worth, "-f", "spx"], { ...options, sample_rate });
  return audioEncoder(SpeexEncode, "Ogg Speex", job);
}

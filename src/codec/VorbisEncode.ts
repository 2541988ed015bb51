// SPDX-License-Identifier: Apache-2.0
import { type AudioEncodeOptions, audioEncoder, encoding, type EncodesAudio } from "./audioCodecs.ts";

/** How Ogg Vorbis is made. */
export interface VorbisEncodeOptions extends AudioEncodeOptions {
  /** From -1 (small) to 10 (good). Default 3; without use where there is a `bitrate`. */
  readonly quality?: number;
}

/**
 * Encodes raw audio as Ogg Vorbis: what is in `.ogg` files. 16 bits, one channel, 44.1 kHz come in, unless it is told otherwise.
 *
 * @throws RangeError for a sample format that there is not, or a quality that is not between -1 and 10
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it fails
 * @example
 * await Pipeline(Microphone(), VorbisEncode(), SimpleFileWriter("out.ogg")).run();
 */
export function VorbisEncode({ quality = 3, ...options }: VorbisEncodeOptions = {}): EncodesAudio {
  if (!(quality >= -1 && quality <= 10)) throw new RangeError(`Cannot encode Vorbis with quality ${quality}: there is -1 to 10`);
  const worth = options.bitrate === undefined ? ["-q:a", `${quality}`] : [];
  const job = encoding("encode Vorbis", ["-c:a", "libvorbis", ...worth, "-f", "ogg"], options);
  return audioEncoder(VorbisEncode, "Ogg Vorbis", job);
}

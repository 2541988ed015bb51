// SPDX-License-Identifier: Apache-2.0
import { type AudioEncodeOptions, audioEncoder, encoding, type EncodesAudio } from "./audioCodecs.ts";

/** How audio is made. */
export interface AudioEncoderOptions extends AudioEncodeOptions {
  /** The encoder, as ffmpeg calls it ("ffmpeg -encoders" lists them). Default: the usual one of the container. */
  readonly codec?: string;
  /** The container, as ffmpeg calls it ("ffmpeg -muxers" lists them). It has to be one that can be written without going back. */
  readonly container: string;
}

/**
 * Encodes raw audio as whatever ffmpeg can: `{ codec: "libmp3lame", container: "mp3" }`. 16 bits, one channel, 44.1 kHz come in, unless it is told otherwise.
 *
 * @throws RangeError for a sample format that there is not, or bits per second that are not above 0
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it fails
 * @example
 * await Pipeline(Microphone(), AudioEncoder({ container: "flac" }), SimpleFileWriter("out.flac")).run();
 */
export function AudioEncoder({ codec, container, ...options }: AudioEncoderOptions): EncodesAudio {
  const job = encoding("encode audio", [...(codec === undefined ? [] : ["-c:a", codec]), "-f", container], options);
  return audioEncoder(AudioEncoder, "a file, or a stream", job);
}

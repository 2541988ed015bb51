// SPDX-License-Identifier: Apache-2.0
import { type AudioDecodeOptions, audioDecoder, type DecodesAudio, decoding } from "./audioCodecs.ts";

/**
 * Decodes the audio of whatever comes, a film, too, to raw audio: 16 bits, and the channels and rate it was made of, unless it is told otherwise.
 * What it is, ffmpeg finds out; or say it: `{ input: ["-f", "mp3"] }`.
 *
 * @throws RangeError for a sample format that decoded audio cannot have
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it cannot make anything of what comes
 * @example
 * await Pipeline(SimpleReader("in.mp3", { readMode: "bytes" }), AudioDecoder(), Loudspeaker()).run();
 */
export function AudioDecoder(options: AudioDecodeOptions = {}): DecodesAudio {
  const job = decoding("decode audio", [], options);
  return audioDecoder(AudioDecoder, "a file of any kind, or a stream", job);
}

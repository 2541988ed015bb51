// SPDX-License-Identifier: Apache-2.0
import { type AudioDecodeOptions, audioDecoder, type DecodesAudio, decoding } from "./audioCodecs.ts";

/**
 * Decodes Ogg Vorbis, as one has it in `.ogg` files, to raw audio: 16 bits, and the channels and rate it was made of, unless it is told otherwise.
 *
 * @throws RangeError for a sample format that decoded audio cannot have
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it cannot make anything of what comes
 * @example
 * await Pipeline(SimpleReader("in.ogg", { readMode: "bytes" }), VorbisDecode(), Loudspeaker()).run();
 */
export function VorbisDecode(options: AudioDecodeOptions = {}): DecodesAudio {
  const job = decoding("decode Vorbis", ["-f", "ogg"], options);
  return audioDecoder(VorbisDecode, "Ogg Vorbis", job);
}

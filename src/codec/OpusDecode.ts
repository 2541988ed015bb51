// SPDX-License-Identifier: Apache-2.0
import { type AudioDecodeOptions, audioDecoder, type DecodesAudio, decoding } from "./audioCodecs.ts";

/**
 * Decodes Ogg Opus, as one has it in `.opus` files, to raw audio: 16 bits, the channels it was made of, and 48 kHz, unless it is told otherwise.
 *
 * @throws RangeError for a sample format that decoded audio cannot have
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it cannot make anything of what comes
 * @example
 * await Pipeline(SimpleReader("in.opus", { readMode: "bytes" }), OpusDecode(), Loudspeaker()).run();
 */
export function OpusDecode(options: AudioDecodeOptions = {}): DecodesAudio {
  const job = decoding("decode Opus", ["-f", "ogg"], options);
  return audioDecoder(OpusDecode, "Ogg Opus", job);
}

// SPDX-License-Identifier: Apache-2.0
import { type AudioDecodeOptions, audioDecoder, type DecodesAudio, decoding } from "./audioCodecs.ts";

/**
 * Decodes Ogg Speex, as one has it in `.spx` files, to raw audio: 16 bits, and the channels and rate it was made of, unless it is told otherwise.
 *
 * @throws RangeError for a sample format that decoded audio cannot have
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it cannot make anything of what comes
 * @example
 * await Pipeline(SimpleReader("in.spx", { readMode: "bytes" }), SpeexDecode(), Loudspeaker()).run();
 */
export function SpeexDecode(options: AudioDecodeOptions = {}): DecodesAudio {
  const job = decoding("decode Speex", ["-f", "ogg"], options);
  return audioDecoder(SpeexDecode, "Ogg Speex", job);
}

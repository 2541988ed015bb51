// SPDX-License-Identifier: Apache-2.0
import { type AudioEncodeOptions, audioEncoder, encoding, type EncodesAudio } from "./audioCodecs.ts";

/** How Ogg Opus is made. */
export interface OpusEncodeOptions extends AudioEncodeOptions {
  /** What it is tuned for: "voip" for speech, "audio" for music, "lowdelay" for conversations. Default "audio". */
  readonly application?: "voip" | "audio" | "lowdelay";
}

/**
 * Encodes raw audio as Ogg Opus: what is in `.opus` files. 16 bits, one channel, 44.1 kHz come in, unless it is told otherwise; Opus itself has 48 kHz.
 *
 * @throws RangeError for a sample format that there is not, or an application that there is not
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it fails
 * @example
 * await Pipeline(Microphone(), OpusEncode({ application: "voip" }), SimpleFileWriter("out.opus")).run();
 */
export function OpusEncode({ application = "audio", ...options }: OpusEncodeOptions = {}): EncodesAudio {
  if (!["voip", "audio", "lowdelay"].includes(application))
    throw new RangeError(`Cannot encode Opus for "${application}": there are voip, audio, lowdelay`);
  const job = encoding("encode Opus", ["-c:a", "libopus", "-application", application, "-f", "opus"], options);
  return audioEncoder(OpusEncode, "Ogg Opus", job);
}

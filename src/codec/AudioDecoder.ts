// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Shutdown } from "../axon/index.ts";
import { type AudioDecodeOptions, decoding } from "./audioCodecs.ts";
import { type FFmpegProgress, transcode } from "./transcoding.ts";
import type { WAVMeta } from "./wavHeader.ts";

/**
 * Decodes the audio of whatever comes, a film, too, to raw audio: 16 bits, and the channels and rate it was made of, unless it is told otherwise.
 * What it is, ffmpeg finds out; or say it: `{ input: ["-f", "mp3"] }`.
 *
 * @throws RangeError for a sample format that decoded audio cannot have
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it cannot make anything of what comes
 * @example
 * await Pipeline(SimpleReader("in.mp3", { readMode: "bytes" }), AudioDecoder(), Loudspeaker()).run();
 */
export function AudioDecoder(
  options: AudioDecodeOptions = {},
): Component<
  { inbox: Uint8Array; control: Shutdown },
  { outbox: Uint8Array; all_meta: WAVMeta; progress: FFmpegProgress; signal: Shutdown }
> {
  const job = decoding("decode audio", [], options);
  return component(AudioDecoder, {
    inboxes: { inbox: "a file of any kind, or a stream", control: "ends its input, or itself" },
    outboxes: {
      outbox: "raw audio",
      all_meta: "what the raw audio is",
      progress: "how far it is, now and then",
      signal: "told when it has ended",
    },
    *main(inboxes, outboxes, self) {
      yield* transcode(self, inboxes, outboxes, job());
    },
  });
}

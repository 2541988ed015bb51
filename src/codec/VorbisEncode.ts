// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Shutdown } from "../axon/index.ts";
import { type AudioEncodeOptions, encoding } from "./audioCodecs.ts";
import { type FFmpegProgress, transcode } from "./transcoding.ts";

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
export function VorbisEncode({ quality = 3, ...options }: VorbisEncodeOptions = {}): Component<
  { inbox: Uint8Array; control: Shutdown },
  { outbox: Uint8Array; progress: FFmpegProgress; signal: Shutdown }
> {
  if (!(quality >= -1 && quality <= 10)) throw new RangeError(`Cannot encode Vorbis with quality ${quality}: there is -1 to 10`);
  const worth = options.bitrate === undefined ? ["-q:a", `${quality}`] : [];
  const job = encoding("encode Vorbis", ["-c:a", "libvorbis", ...worth, "-f", "ogg"], options);
  return component(VorbisEncode, {
    inboxes: { inbox: "raw audio", control: "ends its input, or itself" },
    outboxes: { outbox: "Ogg Vorbis", progress: "how far it is, now and then", signal: "told when it has ended" },
    *main(inboxes, outboxes, self) {
      yield* transcode(self, inboxes, outboxes, job());
    },
  });
}

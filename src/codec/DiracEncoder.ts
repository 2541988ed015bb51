// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Shutdown } from "../axon/index.ts";
import { FrameToYUV4MPEG } from "./FrameToYUV4MPEG.ts";
import type { Frame } from "./pixformats.ts";
import { type FFmpegProgram, type FFmpegProgress, transcode } from "./transcoding.ts";

/** How a DiracEncoder works. */
export interface DiracEncoderOptions extends FFmpegProgram {
  /** Bits per second at most. Default 100,000,000, which is plenty for high definition. */
  readonly bitrate?: number;
  /** The container that the video is put into, as ffmpeg calls it ("matroska", "mpegts"). Default "dirac": none. */
  readonly container?: string;
  /** Further options of the output, as on ffmpeg's command line. Default: none. */
  readonly output?: readonly string[];
}

/**
 * Encodes pictures as VC-2 (SMPTE ST 2042-1), the part of Dirac that is still in use: each picture stands for itself, with little delay, for studios. The
 * size of the pictures, the pixel format (4:2:0, 4:2:2 or 4:4:4, of 8, 10 or 12 bits) and the rate (25 a second, if it does not say) are those of the first
 * one; so there are no presets.
 *
 * @throws RangeError for a bitrate that is not above 0
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it fails
 * @example
 * await Pipeline(Camera(), DiracEncoder(), SimpleFileWriter("video.drc")).run();
 */
export function DiracEncoder(
  options: DiracEncoderOptions = {},
): Component<{ inbox: Frame; control: Shutdown }, { outbox: Uint8Array; progress: FFmpegProgress; signal: Shutdown }> {
  const { bitrate = 100_000_000, container = "dirac", output = [], ...program } = options;
  if (!(bitrate > 0)) throw new RangeError(`Cannot encode Dirac with ${bitrate} bits per second: give more than 0`);
  return component(DiracEncoder, {
    inboxes: { inbox: "pictures", control: "ends its input, or itself" },
    outboxes: { outbox: "VC-2", progress: "how far it is, now and then", signal: "told when it has ended" },
    *main(inboxes, outboxes, self) {
      yield* transcode(self, inboxes, outboxes, {
        what: "encode Dirac",
        program,
        before: FrameToYUV4MPEG(),
        input: ["-f", "yuv4mpegpipe"],
        output: ["-c:v", "vc2", "-strict", "-1", "-b:v", `${bitrate}`, ...output, "-f", container],
      });
    },
  });
}

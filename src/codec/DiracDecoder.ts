// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Shutdown } from "../axon/index.ts";
import type { Frame } from "./pixformats.ts";
import { type FFmpegProgram, type FFmpegProgress, transcode } from "./transcoding.ts";
import { YUV4MPEGToFrame } from "./YUV4MPEGToFrame.ts";

/** How a DiracDecoder works. */
export interface DiracDecoderOptions extends FFmpegProgram {
  /** The container that the video is in, as ffmpeg calls it ("matroska", "mpegts"). Default "dirac": none. */
  readonly container?: string;
  /** Bytes of the largest picture. Default 134,217,728 (128 MiB). */
  readonly maxFrame?: number;
}

/**
 * Decodes video of Dirac, and of its successor VC-2 (SMPTE ST 2042-1), to pictures. It ends with the data; the original went by a mark in it.
 *
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it cannot make anything of what comes
 * @example
 * await Pipeline(SimpleReader("video.drc", { readMode: "bytes" }), DiracDecoder(), Screen()).run();
 */
export function DiracDecoder({ container = "dirac", maxFrame = 2 ** 27, ...program }: DiracDecoderOptions = {}): Component<
  { inbox: Uint8Array; control: Shutdown },
  { outbox: Frame; progress: FFmpegProgress; signal: Shutdown }
> {
  return component(DiracDecoder, {
    inboxes: { inbox: "Dirac or VC-2", control: "ends its input, or itself" },
    outboxes: { outbox: "pictures", progress: "how far it is, now and then", signal: "told when it has ended" },
    *main(inboxes, outboxes, self) {
      // every picture, once, for raw Dirac does not say when it is shown; not strict: more than 8 bits, too
      const output = ["-an", "-fps_mode", "passthrough", "-strict", "-1", "-f", "yuv4mpegpipe"];
      const after = YUV4MPEGToFrame({ maxFrame });
      yield* transcode(self, inboxes, outboxes, { what: "decode Dirac", program, input: ["-f", container], output, after });
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Shutdown } from "../axon/index.ts";
import { type FFmpegProgram, type FFmpegProgress, transcode } from "./transcoding.ts";

/** What ffmpeg is to do. */
export interface FFmpegOptions extends FFmpegProgram {
  /**
   * Options of the input, as on ffmpeg's command line: `["-f", "s16le", "-ar", "44100"]`. With an `-i` among them nothing is read from the inbox.
   * Default: none.
   */
  readonly input?: readonly string[];
  /** Options of the output; a pipe needs a format, which is `-f`: `["-c:a", "libopus", "-f", "ogg"]`. */
  readonly output: readonly string[];
}

/**
 * Runs ffmpeg: what comes to the inbox is its input, what it makes leaves from the outbox, and how far it is from "progress". Whatever ffmpeg can read,
 * write or filter can so be a part of a system; all the codecs of this package are made like this. It is not called by a shell.
 *
 * It starts with the first message. When nobody takes what it makes it waits, and so does whoever feeds it. producerFinished closes its input,
 * and it goes on to its end; on shutdownMicroprocess it ends at once. What it reads from the inbox cannot make it open files or addresses.
 *
 * @throws Error, as a failure of the component, when there is no ffmpeg, or when it fails: with the last lines that it complained in
 * @example
 * const opus = FFmpeg({ input: ["-f", "s16le", "-ar", "44100", "-ac", "1"], output: ["-c:a", "libopus", "-f", "ogg"] });
 * await Pipeline(Microphone(), opus, SimpleFileWriter("out.opus")).run();
 */
export function FFmpeg({
  input = [],
  output,
  ...program
}: FFmpegOptions): Component<{ inbox: Uint8Array; control: Shutdown }, { outbox: Uint8Array; progress: FFmpegProgress; signal: Shutdown }> {
  return component(FFmpeg, {
    inboxes: { inbox: "what ffmpeg reads", control: "ends its input, or itself" },
    outboxes: { outbox: "what ffmpeg writes", progress: "how far it is, now and then", signal: "told when it has ended" },
    *main(inboxes, outboxes, self) {
      yield* transcode(self, inboxes, outboxes, { what: "transcode", program, input, output });
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { type Component, component, settled } from "../axon/index.ts";
import { checkRate, sendClip, tune } from "./clips.ts";

/** How fast, and what. */
export interface VideoCookieOptions {
  /** Bits per second. Default 375000, the original's. */
  readonly rate?: number;
  /** Pieces per second. Default 24. */
  readonly chunkRate?: number;
  /** What to send: one of these is chosen. Default: a test picture and a tone, which ffmpeg makes, as an MPEG transport stream. */
  readonly clips?: readonly Uint8Array[];
  /** Seconds of the clip that ffmpeg makes. Default 10. */
  readonly seconds?: number;
  /** The program that makes it. Default "ffmpeg". */
  readonly program?: string;
}

/**
 * Shows a random clip of film to who connects, at the rate of the film, then ends, which closes the connection (the original's went on for ever).
 * What the client says is not heard (the original sent it back, in the middle of the film).
 *
 * @throws RangeError for rates and times that are not above 0, and an empty list of clips
 * @throws Error, as a failure of the component, when there is no ffmpeg, or it fails
 * @example
 * // then: ffplay tcp://127.0.0.1:5222
 * await SimpleServer({ port: 5222, protocol: VideoCookieProtocol }).run(); // until it is stopped
 */
export function VideoCookieProtocol({
  rate = 375_000,
  chunkRate = 24,
  clips,
  seconds = 10,
  program = "ffmpeg",
}: VideoCookieOptions = {}): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  checkRate({ rate, chunkRate });
  if (!(seconds > 0)) throw new RangeError(`Cannot show a film of ${seconds} seconds: give more than 0`);
  if (clips?.length === 0) throw new RangeError("Cannot show one of no clips: give some, or leave them out");
  return component(VideoCookieProtocol, {
    inboxes: { inbox: "bytes from the client, not heard" },
    outboxes: { outbox: "the clip, in small pieces" },
    *main({ inbox }, { outbox }, self) {
      const { random } = self.system;
      const integer = (below: number): number => random.integer(below);
      const sources = ["testsrc", "testsrc2", "smptebars", "pal75bars"];
      const source = sources[integer(sources.length)]!;
      const clip =
        clips === undefined
          ? yield* settled(film(program, source, tune(1, integer)[0]!, { seconds, rate }))
          : clips[integer(clips.length)]!;
      if (!self.toldToStop) yield* sendClip(clip, { rate, chunkRate }, inbox, outbox, self);
    },
  });
}

/** Has a clip made whose pictures and sound fill the rate. */
function film(
  program: string,
  source: string,
  frequency: number,
  { seconds, rate }: { seconds: number; rate: number },
): Promise<Uint8Array> {
  const kilobits = Math.max(16, Math.floor(rate / 1000));
  const video = Math.max(8, Math.floor(kilobits * 0.7) - 32);
  const words = [
    "-v",
    "error",
    "-f",
    "lavfi",
    "-i",
    `${source}=size=320x240:rate=24`,
    "-f",
    "lavfi",
    "-i",
    `sine=frequency=${frequency.toFixed(2)}`,
  ];
  const codecs = [
    "-c:v",
    "mpeg1video",
    "-b:v",
    `${video}k`,
    "-maxrate",
    `${video}k`,
    "-bufsize",
    `${video}k`,
    "-c:a",
    "mp2",
    "-b:a",
    "32k",
  ];
  const args = [...words, "-t", String(seconds), ...codecs, "-threads", "1", "-f", "mpegts", "-muxrate", String(rate), "-"];
  return new Promise((resolve, reject) => {
    execFile(program, args, { encoding: "buffer", maxBuffer: 1 << 28 }, (error, stdout) => {
      if (error === null) resolve(new Uint8Array(stdout));
      else
        reject(new Error(`Cannot make a film with ${program}: ${error.message.trim()}; install ffmpeg, or give clips`, { cause: error }));
    });
  });
}

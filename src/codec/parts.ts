// SPDX-License-Identifier: Apache-2.0
// What the tests of the codecs have in common.
import { spawnSync } from "node:child_process";
import { type Frame, frameBytes, planesOf } from "./pixformats.ts";

/** For the `skip` of a test that needs ffmpeg: false, or why it is skipped. @internal */
export const withoutFFmpeg: string | false = spawnSync("ffmpeg", ["-version"]).error === undefined ? false : "needs ffmpeg";

/** Runs ffmpeg itself: these bytes in, its output out. @internal */
export function ffmpeg(input: Uint8Array, ...words: string[]): Buffer {
  const { stdout, stderr, status } = spawnSync("ffmpeg", ["-v", "error", ...words], { input, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`ffmpeg ${words.join(" ")}: ${stderr.toString()}`);
  return stdout;
}

/** What ffprobe says of a file, for example "codec_name": "vorbis". @internal */
export function probed(input: Uint8Array, entry: string): string {
  const { stdout } = spawnSync("ffprobe", ["-v", "error", "-show_entries", `stream=${entry}`, "-of", "csv=p=0", "-"], { input });
  return stdout.toString().trim();
}

/** Bytes one after the other. @internal */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(pieces));
}

/** Pieces of at most so many bytes, each in memory of its own. @internal */
export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
  return pieces;
}

/** Letters as bytes. @internal */
export function text(letters: string): number[] {
  return [...letters].map((letter) => letter.charCodeAt(0));
}

/** A chunk of a WAV file, with what follows one of odd size. It may lie about its size. @internal */
export function chunk(id: string, bytes: ArrayLike<number>, size: number = bytes.length): Uint8Array {
  const all = new Uint8Array(8 + bytes.length + (bytes.length % 2));
  all.set(text(id));
  new DataView(all.buffer).setUint32(4, size, true);
  all.set(bytes, 8);
  return all;
}

/** A WAV file of these chunks. @internal */
export function riff(...chunks: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = joined([Uint8Array.from(text("WAVE")), ...chunks]);
  return joined([chunk("RIFF", body)]);
}

/** Pictures of something that moves. @internal */
export function film(count: number): Frame[] {
  const size = [64, 48] as const;
  return Array.from({ length: count }, (_, n) => {
    const bytes = Uint8Array.from({ length: frameBytes("YUV420_planar", size) }, (_, i) => 128 + 60 * Math.sin((i % 64) / 9 + n / 3));
    return { yuv: planesOf(bytes, "YUV420_planar", size), size, pixformat: "YUV420_planar", frame_rate: 25 };
  });
}

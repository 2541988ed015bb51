// SPDX-License-Identifier: Apache-2.0
import { sampled, sine } from "../audio/parts.ts";
import { specimen, type Specimens } from "../testing/index.ts";
import { AudioDecoder } from "./AudioDecoder.ts";
import { AudioEncoder } from "./AudioEncoder.ts";
import { DiracDecoder } from "./DiracDecoder.ts";
import { DiracEncoder } from "./DiracEncoder.ts";
import { FFmpeg } from "./FFmpeg.ts";
import { OpusDecode } from "./OpusDecode.ts";
import { OpusEncode } from "./OpusEncode.ts";
import { cut, ffmpeg, film, joined, withoutFFmpeg } from "./parts.ts";
import { SpeexDecode } from "./SpeexDecode.ts";
import { SpeexEncode } from "./SpeexEncode.ts";
import { VorbisDecode } from "./VorbisDecode.ts";
import { VorbisEncode } from "./VorbisEncode.ts";

const audio = sampled(sine(440), 0.5);
const raw = ["-f", "s16le", "-ar", "44100", "-ac", "1"];
const video = joined(film(5).flatMap(({ yuv }) => yuv));
/** What is decoded: made by ffmpeg itself. */
const made =
  (input: Uint8Array, ...words: string[]) =>
  (): { inbox: Uint8Array[] } => ({ inbox: cut(ffmpeg(input, ...words, "-"), 1000) });
const recorded = (...words: string[]) => made(audio, ...raw, "-i", "-", ...words);
/** Pieces differ from run to run; how far it is, too; and what a container is given for a number. */
const bytes = { skip: withoutFFmpeg, compare: (list: readonly Uint8Array[], box: string) => (box === "outbox" ? joined(list) : box) };
const length = { ...bytes, compare: (list: readonly Uint8Array[], box: string) => (box === "outbox" ? joined(list).length : box) };
const pictures = { skip: withoutFFmpeg, compare: (list: readonly unknown[], box: string) => (box === "outbox" ? list : box) };

export const specimens: Specimens = {
  AudioDecoder: specimen(() => AudioDecoder(), recorded("-f", "flac"), bytes),
  AudioEncoder: specimen(() => AudioEncoder({ container: "flac" }), { inbox: cut(audio, 5000) }, bytes),
  DiracDecoder: specimen(
    () => DiracDecoder(),
    made(video, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "64x48", "-i", "-", "-c:v", "vc2", "-b:v", "1M", "-f", "dirac"),
    pictures,
  ),
  DiracEncoder: specimen(() => DiracEncoder({ bitrate: 1e6 }), { inbox: film(5) }, bytes),
  FFmpeg: specimen(() => FFmpeg({ input: raw, output: ["-f", "s16be"] }), { inbox: cut(audio, 5000) }, bytes),
  OpusDecode: specimen(() => OpusDecode(), recorded("-c:a", "libopus", "-f", "opus"), bytes),
  OpusEncode: specimen(() => OpusEncode(), { inbox: cut(audio, 5000) }, length),
  SpeexDecode: specimen(() => SpeexDecode(), recorded("-c:a", "libspeex", "-f", "spx"), bytes),
  SpeexEncode: specimen(() => SpeexEncode(), { inbox: cut(audio, 5000) }, length),
  VorbisDecode: specimen(() => VorbisDecode(), recorded("-c:a", "libvorbis", "-f", "ogg"), bytes),
  VorbisEncode: specimen(() => VorbisEncode(), { inbox: cut(audio, 5000) }, length),
};

// SPDX-License-Identifier: Apache-2.0
// What the audio codecs have in common: raw audio on one side, and on the other whatever ffmpeg knows.
import { type AudioFormat, checkFormat, type SampleFormat } from "../audio/index.ts";
import { type Component, component, type Shutdown } from "../axon/index.ts";
import { type FFmpegProgram, type FFmpegProgress, type Job, transcode } from "./transcoding.ts";
import type { WAVMeta } from "./wavHeader.ts";
import { WAVParser } from "./WAVParser.ts";

/** What every audio decoder is, from outside. */
export type DecodesAudio = Component<
  { inbox: Uint8Array; control: Shutdown },
  { outbox: Uint8Array; all_meta: WAVMeta; progress: FFmpegProgress; signal: Shutdown }
>;

/** What every audio encoder is, from outside. */
export type EncodesAudio = Component<
  { inbox: Uint8Array; control: Shutdown },
  { outbox: Uint8Array; progress: FFmpegProgress; signal: Shutdown }
>;

/** What ffmpeg calls sample formats. */
const names: Readonly<Record<SampleFormat, string>> = {
  U8: "u8",
  S8: "s8",
  S16_LE: "s16le",
  S16_BE: "s16be",
  S24_3LE: "s24le",
  S24_3BE: "s24be",
  S32_LE: "s32le",
  S32_BE: "s32be",
  FLOAT_LE: "f32le",
  FLOAT_BE: "f32be",
  FLOAT64_LE: "f64le",
  FLOAT64_BE: "f64be",
  MU_LAW: "mulaw",
  A_LAW: "alaw",
};
/** Those that can be in a WAV file, in which decoded audio comes from ffmpeg. */
const decoded: readonly SampleFormat[] = ["U8", "S16_LE", "S24_3LE", "S32_LE", "FLOAT_LE", "FLOAT64_LE", "MU_LAW", "A_LAW"];

/** How an audio decoder works. */
export interface AudioDecodeOptions extends FFmpegProgram {
  /** How samples are to lie in memory. Default "S16_LE". */
  readonly sample_format?: SampleFormat;
  /** How many channels there are to be. Default: as it comes. */
  readonly channels?: number;
  /** Samples per second. Default: as it comes. */
  readonly sample_rate?: number;
  /** Further options of the input, as on ffmpeg's command line. Default: none. */
  readonly input?: readonly string[];
}

/** How an audio encoder works. */
export interface AudioEncodeOptions extends FFmpegProgram, Partial<AudioFormat> {
  /** Bits per second. Default: what the encoder thinks right. */
  readonly bitrate?: number;
  /** Further options of the output, as on ffmpeg's command line. Default: none. */
  readonly output?: readonly string[];
}

/**
 * What ffmpeg is to do to decode.
 *
 * @param words what it is to be told of the input
 * @throws RangeError for audio that there cannot be
 */
export function decoding(what: string, words: readonly string[], options: AudioDecodeOptions): () => Job {
  const { sample_format = "S16_LE", channels, sample_rate, input = [], ...program } = options;
  checkFormat(what, { sample_format, channels: channels ?? 1, sample_rate: sample_rate ?? 1 });
  if (!decoded.includes(sample_format))
    throw new RangeError(`Cannot ${what} to ${sample_format}: decoded audio is one of ${decoded.join(", ")}`);
  const output = [
    ...["-vn", "-c:a", `pcm_${names[sample_format]}`],
    ...(channels === undefined ? [] : ["-ac", `${channels}`]),
    ...(sample_rate === undefined ? [] : ["-ar", `${sample_rate}`]),
    ...["-f", "wav"],
  ];
  return () => ({ what, program, input: [...words, ...input], output, after: WAVParser(), extra: ["all_meta"] });
}

/**
 * What ffmpeg is to do to encode.
 *
 * @param words what it is to be told of the output
 * @throws RangeError for audio that there cannot be
 */
export function encoding(what: string, words: readonly string[], options: AudioEncodeOptions): () => Job {
  const { sample_format = "S16_LE", channels = 1, sample_rate = 44_100, bitrate, output = [], ...program } = options;
  checkFormat(what, { sample_format, channels, sample_rate });
  if (bitrate !== undefined && !(bitrate > 0)) throw new RangeError(`Cannot ${what} with ${bitrate} bits per second: give more than 0`);
  const input = ["-f", names[sample_format], "-ar", `${sample_rate}`, "-ac", `${channels}`];
  const rate = bitrate === undefined ? [] : ["-b:a", `${bitrate}`];
  return () => ({ what, program, input, output: [...words, ...rate, ...output] });
}

/** Makes an audio decoder of this kind; `takes` says what comes to its inbox. */
export function audioDecoder(kind: Function, takes: string, job: () => Job): DecodesAudio {
  return component(kind, {
    inboxes: { inbox: takes, control: "ends its input, or itself" },
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

/** Makes an audio encoder of this kind; `sends` says what leaves by its outbox. */
export function audioEncoder(kind: Function, sends: string, job: () => Job): EncodesAudio {
  return component(kind, {
    inboxes: { inbox: "raw audio", control: "ends its input, or itself" },
    outboxes: { outbox: sends, progress: "how far it is, now and then", signal: "told when it has ended" },
    *main(inboxes, outboxes, self) {
      yield* transcode(self, inboxes, outboxes, job());
    },
  });
}

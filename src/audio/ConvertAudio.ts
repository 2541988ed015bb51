// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { type AudioFormat, bytesPerFrame, checkFormat, decodeSamples, encodeSamples, type SampleFormat } from "./formats.ts";
import { checkMatrix, defaultMatrix, type Matrix, remix } from "./remix.ts";
import { WholeFrames } from "./wholeFrames.ts";

/** From what to what. What a WAVParser says on "all_meta" will do for the first three. */
export interface ConvertAudioOptions extends Partial<Omit<AudioFormat, "sample_rate">> {
  /** How samples lie in memory afterwards. Default: as before. */
  readonly to_sample_format?: SampleFormat;
  /** How many channels there are afterwards. Default: as before. */
  readonly to_channels?: number;
  /**
   * For each channel that comes out, how much of each that comes in. Default: one channel goes to all; all go to one, evenly; otherwise each to its own, with
   * silence in those that have none, while those that are too many are left out.
   */
  readonly matrix?: Matrix;
}

/**
 * Changes how samples lie in memory, and how many channels there are; not the rate, which {@link Resample} does. Whole numbers are rounded to the nearest,
 * without dither; what is too loud for them becomes as loud as can be. 16 bits and one channel come in, unless it is told otherwise.
 *
 * @throws RangeError for formats that there are not, or a matrix for other numbers of channels
 * @example
 * const list: Uint8Array[] = [];
 * const samples = encodeSamples([0.5, 0.25], "FLOAT_LE");
 * const convert = ConvertAudio({ sample_format: "FLOAT_LE", channels: 2, to_sample_format: "S16_LE", to_channels: 1 });
 * await Pipeline(OneShot(samples), convert, ToList(list)).run();
 * decodeSamples(list[0]!, "S16_LE"); // Float64Array(1) [0.375]
 */
export function ConvertAudio(options: ConvertAudioOptions = {}): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  const { sample_format = "S16_LE", channels = 1 } = options;
  const { to_sample_format = sample_format, to_channels = channels } = options;
  checkFormat("convert audio", { sample_format, channels, sample_rate: 1 });
  checkFormat("convert audio", { sample_format: to_sample_format, channels: to_channels, sample_rate: 1 });
  const { matrix = defaultMatrix(channels, to_channels) } = options;
  checkMatrix("convert audio", matrix, channels, to_channels);
  const isSame = options.matrix === undefined && channels === to_channels;
  return component(ConvertAudio, {
    inboxes: { inbox: "raw audio" },
    outboxes: { outbox: "raw audio of the other format" },
    *main({ inbox }, { outbox }) {
      const frames = new WholeFrames(bytesPerFrame({ sample_format, channels }));
      while (yield inbox) {
        for (const audio of inbox) {
          const samples = decodeSamples(frames.take(audio), sample_format);
          if (samples.length > 0) outbox.send(encodeSamples(isSame ? samples : remix(samples, channels, matrix), to_sample_format));
        }
      }
    },
  });
}

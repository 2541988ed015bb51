// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { type AudioFormat, bytesPerFrame, checkFormat, decodeSamples, encodeSamples } from "./formats.ts";
import { checkMatrix, defaultMatrix, type Matrix, remix } from "./remix.ts";
import { kernelOf, Resampler } from "./resampler.ts";
import { WholeFrames } from "./wholeFrames.ts";

/** From what to what. */
export interface ResampleOptions extends Partial<AudioFormat> {
  /** Samples per second afterwards. */
  readonly to_sample_rate: number;
  /** How many channels there are afterwards. Default: as before. */
  readonly to_channels?: number;
  /** For each channel that comes out, how much of each that comes in. Default: see {@link ConvertAudio}. */
  readonly matrix?: Matrix;
  /** How samples between samples are found. Default "sinc". "linear" is about three times as fast, and may be heard. */
  readonly quality?: "sinc" | "linear";
}

/** The filter grows with how much slower the rate becomes. */
const STEEPEST = 32;

/**
 * Changes the number of samples per second, and of channels if wanted. 16 bits, one channel, 44.1 kHz come in, unless it is told otherwise; how samples lie in
 * memory stays. Nothing is shifted: the first sample stays the first, and the last one is made when the data ends.
 *
 * "sinc" is a windowed sinc of 96 zeros: what both rates can hold is kept within 0.01 dB up to 0.87 of the lower one's half (19.2 kHz of 44.1), and what it
 * cannot hold is at least 95 dB weaker, so that neither is heard. It sends nothing before 48 samples have come. "linear" draws a line between neighbours.
 *
 * @throws RangeError for formats and rates that there are not; rates are whole numbers, and 32 samples at most become one
 * @example
 * const list: Level[] = [];
 * await Pipeline(
 *   Tone({ frequency: 440, sample_rate: 44_100, duration: 1 }),
 *   Resample({ sample_rate: 44_100, to_sample_rate: 8000 }),
 *   Levels({ sample_rate: 8000, interval: 0.5 }),
 *   ToList(list),
 * ).run();
 * list.map(({ time, rms }) => [time, rms[0]!.toFixed(2)]); // [0, 0.35], [0.5, 0.35]
 */
export function Resample(options: ResampleOptions): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  const { sample_format = "S16_LE", channels = 1, sample_rate = 44_100, to_sample_rate, quality = "sinc" } = options;
  const { to_channels = channels } = options;
  const { matrix = defaultMatrix(channels, to_channels) } = options;
  checkFormat("resample", { sample_format, channels, sample_rate });
  checkFormat("resample", { sample_format, channels: to_channels, sample_rate: to_sample_rate });
  checkMatrix("resample", matrix, channels, to_channels);
  const fraction = [sample_rate, to_sample_rate].find((rate) => !Number.isInteger(rate));
  if (fraction !== undefined) throw new RangeError(`Cannot resample: ${fraction} samples per second; give a whole number`);
  if (sample_rate > STEEPEST * to_sample_rate)
    throw new RangeError(`Cannot resample from ${sample_rate} to ${to_sample_rate}: at most ${STEEPEST} become one; do it in two steps`);
  if (quality !== "sinc" && quality !== "linear")
    throw new RangeError(`Cannot resample with the quality "${String(quality)}": there are sinc, linear`);
  return component(Resample, {
    inboxes: { inbox: "raw audio" },
    outboxes: { outbox: "raw audio at the other rate" },
    *main({ inbox }, { outbox }, self) {
      const frames = new WholeFrames(bytesPerFrame({ sample_format, channels }));
      const resampler = new Resampler(kernelOf(quality, sample_rate, to_sample_rate), to_channels, sample_rate, to_sample_rate);
      const isSame = options.matrix === undefined && channels === to_channels;
      const send = (samples: Float64Array): void => {
        if (samples.length > 0) outbox.send(encodeSamples(samples, sample_format));
      };
      while (yield inbox) {
        for (const audio of inbox) {
          const samples = decodeSamples(frames.take(audio), sample_format);
          send(resampler.push(isSame ? samples : remix(samples, channels, matrix)));
        }
      }
      if (!self.toldToStop) send(resampler.finish());
    },
  });
}

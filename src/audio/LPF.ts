// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { type AudioFormat, bytesPerFrame, checkFormat, decodeSamples, encodeSamples } from "./formats.ts";
import { WholeFrames } from "./wholeFrames.ts";

/** What is filtered. */
export interface LPFOptions extends Partial<AudioFormat> {
  /** Hertz at which it is 3 dB quieter. Default 1000, as the original's was. */
  readonly cutoff?: number;
}

/**
 * A low pass: takes the hiss out of a cheap microphone, and some of the rest. One pole (Butterworth's), so 6 dB an octave. 16 bits, one channel, 8 kHz, unless
 * it is told otherwise.
 *
 * @throws RangeError for a format that there is not, or a cutoff that is not between 0 and half the sample rate
 * @example
 * // until it is stopped
 * await Pipeline(Microphone(), LPF({ cutoff: 2000 }), Loudspeaker()).run();
 */
export function LPF(options: LPFOptions = {}): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  const { sample_format = "S16_LE", channels = 1, sample_rate = 8000, cutoff = 1000 } = options;
  checkFormat("filter", { sample_format, channels, sample_rate });
  if (!(cutoff > 0 && cutoff < sample_rate / 2))
    throw new RangeError(
      `Cannot filter at ${cutoff} Hz: ${sample_rate} samples per second hold from above 0 to below ${sample_rate / 2} Hz`,
    );
  return component(LPF, {
    inboxes: { inbox: "raw audio" },
    outboxes: { outbox: "the same, with less that is high" },
    *main({ inbox }, { outbox }) {
      const frames = new WholeFrames(bytesPerFrame({ sample_format, channels }));
      const bend = 1 / Math.tan((Math.PI * cutoff) / sample_rate); // the bilinear transform
      const slowness = (bend - 1) / (bend + 1);
      const before = new Float64Array(channels);
      const made = new Float64Array(channels);
      while (yield inbox) {
        for (const audio of inbox) {
          const samples = decodeSamples(frames.take(audio), sample_format);
          for (let i = 0; i < samples.length; i++) {
            const channel = i % channels;
            const sample = samples[i]! / (bend + 1);
            samples[i] = made[channel] = sample + before[channel]! + slowness * made[channel]!;
            before[channel] = sample;
          }
          if (samples.length > 0) outbox.send(encodeSamples(samples, sample_format));
        }
      }
    },
  });
}

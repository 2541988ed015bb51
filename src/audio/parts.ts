// SPDX-License-Identifier: Apache-2.0
// What the tests of audio have in common.
import { type AudioFormat, decodeSamples, encodeSamples, type SampleFormat } from "./formats.ts";

/** Messages of raw audio as numbers. @internal */
export function heard(pieces: readonly Uint8Array[], format: SampleFormat = "S16_LE"): number[] {
  return [...decodeSamples(Buffer.concat(pieces), format)];
}

/** A function of time as raw audio. @internal */
export function sampled(
  wave: (seconds: number) => number,
  seconds: number,
  { sample_rate = 44_100, sample_format = "S16_LE" }: Partial<AudioFormat> = {},
): Uint8Array {
  return encodeSamples(
    Array.from({ length: Math.round(seconds * sample_rate) }, (_, i) => wave(i / sample_rate)),
    sample_format,
  );
}

/** A sine. @internal */
export function sine(frequency: number, amplitude = 1): (seconds: number) => number {
  return (seconds) => amplitude * Math.sin(2 * Math.PI * frequency * seconds);
}

/** How strong a frequency is in samples (Goertzel's way, with a Hann window): its amplitude. @internal */
export function strength(samples: readonly number[], frequency: number, sample_rate: number): number {
  let [re, im, sum] = [0, 0, 0];
  for (const [i, sample] of samples.entries()) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / samples.length);
    const angle = (2 * Math.PI * frequency * i) / sample_rate;
    re += window * sample * Math.cos(angle);
    im += window * sample * Math.sin(angle);
    sum += window;
  }
  return (2 * Math.hypot(re, im)) / sum;
}

/** Decibels of a ratio. @internal */
export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}

/** Pieces of at most so many bytes. @internal */
export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
  return pieces;
}

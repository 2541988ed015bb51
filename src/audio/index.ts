// SPDX-License-Identifier: Apache-2.0
/**
 * Raw audio: sources, mixing, changing, measuring.
 *
 * @module
 */
export type { SourceOptions } from "./blocks.ts";
export { ConvertAudio, type ConvertAudioOptions } from "./ConvertAudio.ts";
export { DetectSilence, type DetectSilenceOptions, type SilenceEvent } from "./DetectSilence.ts";
export {
  type AudioFormat,
  bytesPerFrame,
  bytesPerSample,
  checkFormat,
  decodeSamples,
  encodeSamples,
  type SampleFormat,
  sampleFormats,
} from "./formats.ts";
export { type Level, Levels, type LevelsOptions } from "./Levels.ts";
export { LPF, type LPFOptions } from "./LPF.ts";
export type { MixingOptions } from "./mixing.ts";
export { Noise, type NoiseOptions } from "./Noise.ts";
export { RawAudioMixer, type RawAudioMixerOptions } from "./RawAudioMixer.ts";
export type { Matrix } from "./remix.ts";
export { Resample, type ResampleOptions } from "./Resample.ts";
export { type Shape, Tone, type ToneOptions } from "./Tone.ts";

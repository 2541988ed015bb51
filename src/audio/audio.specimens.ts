// SPDX-License-Identifier: Apache-2.0
import { at, specimen, type Specimens } from "../testing/index.ts";
import { ConvertAudio } from "./ConvertAudio.ts";
import { DetectSilence } from "./DetectSilence.ts";
import { Levels } from "./Levels.ts";
import { LPF } from "./LPF.ts";
import { Noise } from "./Noise.ts";
import { sampled, sine } from "./parts.ts";
import { RawAudioMixer } from "./RawAudioMixer.ts";
import { Resample } from "./Resample.ts";
import { Tone } from "./Tone.ts";

const audio = { inbox: [sampled(sine(440), 0.3), sampled(() => 0, 0.6), sampled(sine(440), 0.3), sampled(() => 0, 0.6)] };

export const specimens: Specimens = {
  ConvertAudio: specimen(() => ConvertAudio({ to_sample_format: "FLOAT_LE", to_channels: 2 }), audio),
  DetectSilence: specimen(() => DetectSilence(), audio),
  Levels: specimen(() => Levels(), audio),
  LPF: specimen(() => LPF(), audio),
  Noise: [
    specimen(() => Noise({ colour: "pink", duration: 1 })),
    specimen(() => Noise(), {}, { but: { endless: "it makes noise until it is told to stop" } }),
  ],
  RawAudioMixer: specimen(() => RawAudioMixer<string>({ readThreshold: 0.2 }), {
    inbox: at<readonly [string, Uint8Array]>({
      0: ["A", sampled(sine(440), 0.1)],
      50: ["B", sampled(sine(880), 0.1)],
      2000: ["A", sampled(sine(880), 0.1)],
    }),
  }),
  Resample: [
    specimen(() => Resample({ to_sample_rate: 8000 }), audio),
    specimen(() => Resample({ to_sample_rate: 48_000, quality: "linear" }), audio),
  ],
  Tone: [
    specimen(() => Tone({ duration: 1 })),
    specimen(() => Tone({ duration: 1, paced: true })),
    specimen(() => Tone({ paced: true }), {}, { but: { endless: "it sounds until it is told to stop" } }),
  ],
};

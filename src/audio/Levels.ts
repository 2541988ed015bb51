// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { type AudioFormat, bytesPerFrame, checkFormat, decodeSamples } from "./formats.ts";
import { WholeFrames } from "./wholeFrames.ts";

/** How loud a stretch of audio is. Lists have a number for each channel. */
export interface Level {
  /** Seconds of audio before it. */
  readonly time: number;
  /** The root of the mean square: 1 for a square wave as loud as can be, 0.707 for a sine. */
  readonly rms: readonly number[];
  /** The furthest from zero. */
  readonly peak: readonly number[];
  /** The same in dBFS: decibels below as loud as can be. -Infinity for silence. */
  readonly rms_db: readonly number[];
  /** The same in dBFS. */
  readonly peak_db: readonly number[];
}

/** What is measured, and over what time. */
export interface LevelsOptions extends Partial<AudioFormat> {
  /** Seconds of audio that are measured together. Default 0.1. */
  readonly interval?: number;
}

/**
 * Measures how loud raw audio is: a message for each stretch of it, and one for what is left at its end. 16 bits, one channel, 44.1 kHz, unless it is told
 * otherwise.
 *
 * @throws RangeError for a format that there is not, or an interval shorter than a sample
 * @example
 * const list: Level[] = [];
 * await Pipeline(Tone({ amplitude: 1, duration: 0.1 }), Levels(), ToList(list)).run();
 * list[0]!.rms_db[0]!.toFixed(2); // -3.01
 */
export function Levels(options: LevelsOptions = {}): Component<{ inbox: Uint8Array }, { outbox: Level }> {
  const { sample_format = "S16_LE", channels = 1, sample_rate = 44_100, interval = 0.1 } = options;
  checkFormat("measure levels", { sample_format, channels, sample_rate });
  const length = Math.round(interval * sample_rate);
  if (!(length >= 1))
    throw new RangeError(`Cannot measure levels every ${interval} s: give at least the time of a sample, ${1 / sample_rate} s`);
  return component(Levels, {
    inboxes: { inbox: "raw audio" },
    outboxes: { outbox: "how loud it is" },
    *main({ inbox }, { outbox }, self) {
      const frames = new WholeFrames(bytesPerFrame({ sample_format, channels }));
      let meter = new Meter(channels, 0);
      while (yield inbox) {
        for (const audio of inbox) {
          const samples = decodeSamples(frames.take(audio), sample_format);
          for (let at = 0; at < samples.length;) {
            at = meter.read(samples, at, length);
            if (meter.frames < length) continue;
            outbox.send(meter.level(sample_rate));
            meter = new Meter(channels, meter.start + length);
          }
        }
      }
      if (meter.frames > 0 && !self.toldToStop) outbox.send(meter.level(sample_rate));
    },
  });
}

/** Adds up a stretch of audio. */
class Meter {
  /** Frames before it. */
  readonly start: number;
  /** Frames in it so far. */
  frames = 0;
  readonly #channels: number;
  readonly #squares: Float64Array;
  readonly #peaks: Float64Array;

  constructor(channels: number, start: number) {
    this.#channels = channels;
    this.start = start;
    this.#squares = new Float64Array(channels);
    this.#peaks = new Float64Array(channels);
  }

  /** Reads samples from there on, up to so many frames in all. Answers where it stopped. */
  read(samples: Float64Array, from: number, length: number): number {
    const end = Math.min(samples.length, from + (length - this.frames) * this.#channels);
    for (let at = from; at < end;) {
      for (let channel = 0; channel < this.#channels; channel++) {
        const sample = samples[at++] ?? 0;
        this.#squares[channel]! += sample * sample;
        if (Math.abs(sample) > this.#peaks[channel]!) this.#peaks[channel] = Math.abs(sample);
      }
      this.frames++;
    }
    return end;
  }

  level(sample_rate: number): Level {
    const rms = Array.from(this.#squares, (sum) => Math.sqrt(sum / this.frames));
    const peak = [...this.#peaks];
    return { time: this.start / sample_rate, rms, peak, rms_db: rms.map(decibels), peak_db: peak.map(decibels) };
  }
}

function decibels(value: number): number {
  return 20 * Math.log10(value);
}

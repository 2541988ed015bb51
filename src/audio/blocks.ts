// SPDX-License-Identifier: Apache-2.0
// What the sources of audio have in common: blocks of samples, made as fast as they are taken, or at the pace of the clock.
import { type AnyComponent, type Main, type Outbox, sleep } from "../axon/index.ts";
import { type AudioFormat, checkFormat, encodeSamples } from "./formats.ts";

/** What a source of audio makes, and how fast. */
export interface SourceOptions extends Partial<AudioFormat> {
  /** Seconds after which it ends. Default: never. */
  readonly duration?: number;
  /** How loud it is: 1 is as loud as can be. Default 0.5. */
  readonly amplitude?: number;
  /** Whether it takes as long to make as to hear, by the system's clock. Default false: as fast as it is taken. */
  readonly paced?: boolean;
  /** Frames of each message. Default: 20 ms of them. */
  readonly blockSize?: number;
}

/** The options with their defaults. */
export type Source = Required<SourceOptions>;

/**
 * Checks the options, and completes them.
 *
 * @throws RangeError for what there cannot be
 */
export function sourceOf(what: string, options: SourceOptions): Source {
  const { sample_format = "S16_LE", channels = 1, sample_rate = 44_100, duration = Infinity, amplitude = 0.5, paced = false } = options;
  checkFormat(what, { sample_format, channels, sample_rate });
  const { blockSize = Math.max(1, Math.round(sample_rate / 50)) } = options;
  if (!(duration >= 0)) throw new RangeError(`Cannot ${what} for ${duration} seconds: give 0 or more`);
  if (!(amplitude >= 0 && amplitude < Infinity))
    throw new RangeError(`Cannot ${what} of amplitude ${amplitude}: give 0 to 1, or more to overdrive it`);
  if (!Number.isInteger(blockSize) || blockSize < 1)
    throw new RangeError(`Cannot ${what} in blocks of ${blockSize} frames: give 1 or more`);
  return { sample_format, channels, sample_rate, duration, amplitude, paced, blockSize };
}

/** Sends block after block, with the same sample on all channels. */
export function* sendBlocks(source: Source, next: () => number, outbox: Outbox<Uint8Array>, self: AnyComponent): Main {
  const { channels, sample_format, sample_rate, duration, paced, blockSize } = source;
  const { clock } = self.system;
  const start = clock.now();
  const total = Math.round(duration * sample_rate);
  for (let made = 0; made < total;) {
    const frames = Math.min(blockSize, total - made);
    const samples = new Float64Array(frames * channels);
    for (let i = 0; i < samples.length; i += channels) samples.fill(next(), i, i + channels);
    outbox.send(encodeSamples(samples, sample_format));
    made += frames;
    const due = start + (made * 1000) / sample_rate; // counted from the start, so that nothing drifts
    if (!(yield paced ? sleep(Math.max(0, due - clock.now())) : undefined)) return;
  }
}

// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { sendBlocks, sourceOf, type SourceOptions } from "./blocks.ts";

/** The shape of a wave. */
export type Shape = "sine" | "square" | "triangle" | "sawtooth";

/** What a Tone sounds like. */
export interface ToneOptions extends SourceOptions {
  /** Hertz. Default 440. */
  readonly frequency?: number;
  /** Default "sine". */
  readonly shape?: Shape;
  /** Milliseconds in which it comes, and, if it has an end, goes, so that it does not click. Default 0. */
  readonly fade?: number;
}

/**
 * A tone, as raw audio: 16 bits, one channel, 44.1 kHz, unless it is told otherwise. It begins where the wave goes up through zero.
 *
 * The corners of square and sawtooth are rounded (PolyBLEP: Välimäki and Huovilainen, 2007), so that they do not alias audibly; those of a triangle alias
 * little as they are.
 *
 * @throws RangeError for a frequency that is not between 0 and half the sample rate, for an unknown shape or format, or a time below 0
 * @example
 * const format = { sample_format: "S16_LE", channels: 1, sample_rate: 44_100 } as const;
 * await Pipeline(Tone({ frequency: 261.63, duration: 1 }), WAVWriter(format), SimpleFileWriter("c.wav")).run();
 */
export function Tone(options: ToneOptions = {}): Component<{}, { outbox: Uint8Array }> {
  const { frequency = 440, shape = "sine", fade = 0 } = options;
  const what = "make a tone";
  const source = sourceOf(what, options);
  const { sample_rate, duration, amplitude } = source;
  if (!(frequency > 0 && frequency <= sample_rate / 2))
    throw new RangeError(`Cannot ${what} of ${frequency} Hz: ${sample_rate} samples per second hold from above 0 to ${sample_rate / 2} Hz`);
  if (!Object.hasOwn(waves, shape))
    throw new RangeError(`Cannot ${what} of the shape "${shape}": there are ${Object.keys(waves).join(", ")}`);
  if (!(fade >= 0)) throw new RangeError(`Cannot ${what} that fades in ${fade} ms: give 0 or more`);
  return component(Tone, {
    outboxes: { outbox: "raw audio" },
    *main(_, { outbox }, self) {
      const wave = waves[shape];
      const step = frequency / sample_rate;
      const ramp = (fade / 1000) * sample_rate;
      const total = Math.round(duration * sample_rate);
      let made = 0;
      const next = (): number => {
        const fromEnds = Math.min(made + 0.5, total - made - 0.5);
        const phase = (made++ * step) % 1; // from the count, so that it does not drift
        return amplitude * wave(phase, step) * Math.min(1, fromEnds / ramp);
      };
      yield* sendBlocks(source, next, outbox, self);
    },
  });
}

/** A wave's height at a phase from 0 to 1, when each sample is a step further. */
const waves: Readonly<Record<Shape, (phase: number, step: number) => number>> = {
  sine: (phase) => Math.sin(2 * Math.PI * phase),
  square: (phase, step) => (phase < 0.5 ? 1 : -1) + edge(phase, step) - edge((phase + 0.5) % 1, step),
  triangle: (phase) => 4 * Math.abs(((phase + 0.75) % 1) - 0.5) - 1,
  sawtooth: (phase, step) => 2 * ((phase + 0.5) % 1) - 1 - edge((phase + 0.5) % 1, step),
};

/** What a jump upwards by 2 at phase 0 lacks to be smooth: a polynomial over the sample before it and the one after. */
function edge(phase: number, step: number): number {
  if (phase < step) return -((1 - phase / step) ** 2);
  if (phase > 1 - step) return ((phase - 1) / step + 1) ** 2;
  return 0;
}

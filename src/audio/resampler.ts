// SPDX-License-Identifier: Apache-2.0
// Changing the rate of samples: by a straight line between neighbours, or by a windowed sinc.
// J. O. Smith, "Digital Audio Resampling" (ccrma.stanford.edu/~jos/resample); the window is Kaiser's.

/** How many zeros of the sinc there are on each side. */
const ZEROS = 48;
/** Kaiser's window: what is to be kept out is weaker by some 100 dB. */
const BETA = 10;
/** Where the filter is at half its height, as a share of what the slower of the two rates can hold. */
const CUTOFF = 0.935;
/** The most sets of weights that are kept; between them the weights are taken from a straight line. */
const MOST_PHASES = 1024;

/** How to find what lies between samples. */
export interface Kernel {
  /** How far it reaches on each side, in samples that come in. */
  readonly reach: number;
  /** Samples that it takes into account. */
  readonly taps: number;
  /** How many sets of weights there are. */
  readonly phases: number;
  /** For each phase, and one more, the weights of the samples around. */
  readonly weights: Float64Array;
}

/** The kernel for a change of rates. */
export function kernelOf(quality: "linear" | "sinc", from: number, to: number): Kernel {
  return quality === "linear" ? { reach: 1, taps: 2, phases: 1, weights: Float64Array.of(1, 0, 0, 1) } : sincKernel(from, to);
}

/** Changes the rate of one stream of interleaved samples. */
export class Resampler {
  readonly #kernel: Kernel;
  readonly #channels: number;
  /** Both rates without what they have in common: so many samples in become so many out. */
  readonly #from: number;
  readonly #to: number;
  /** Frames that may still be needed. The first of them is that of number `#first`; before the beginning there is silence. */
  #kept: Float64Array;
  #first: number;
  /** Frames that came, and that were made. */
  #came = 0;
  #made = 0;

  constructor(kernel: Kernel, channels: number, from: number, to: number) {
    const common = commonDivisor(from, to);
    this.#kernel = kernel;
    this.#channels = channels;
    this.#from = from / common;
    this.#to = to / common;
    this.#first = 1 - kernel.reach;
    this.#kept = new Float64Array((kernel.reach - 1) * channels);
  }

  /** What can be made when these have come. */
  push(samples: Float64Array): Float64Array {
    this.#came += samples.length / this.#channels;
    return this.#make(samples, Math.ceil(((this.#came - this.#kernel.reach) * this.#to) / this.#from));
  }

  /** What is left at the end, after which there is silence. */
  finish(): Float64Array {
    const silence = new Float64Array((this.#kernel.reach + 1) * this.#channels);
    return this.#make(silence, Math.ceil((this.#came * this.#to) / this.#from));
  }

  /** Makes up to the frame of this number. */
  #make(samples: Float64Array, end: number): Float64Array {
    const channels = this.#channels;
    const all = new Float64Array(this.#kept.length + samples.length);
    all.set(this.#kept);
    all.set(samples, this.#kept.length);
    const made = new Float64Array(Math.max(0, end - this.#made) * channels);
    for (let at = 0; at < made.length; at += channels) this.#frame(all, made, at, this.#made++);
    const needed = Math.floor((this.#made * this.#from) / this.#to) + 1 - this.#kernel.reach;
    const over = Math.min(Math.max(0, needed - this.#first), all.length / channels);
    this.#kept = all.slice(over * channels);
    this.#first += over;
    return made;
  }

  #frame(all: Float64Array, made: Float64Array, at: number, number: number): void {
    const { reach, taps, phases, weights } = this.#kernel;
    const channels = this.#channels;
    const whole = Math.floor((number * this.#from) / this.#to);
    const phase = (((number * this.#from) % this.#to) / this.#to) * phases;
    const row = Math.floor(phase) * taps;
    const share = phase - Math.floor(phase);
    const start = (whole + 1 - reach - this.#first) * channels;
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      let next = 0;
      for (let tap = 0, from = start + channel; tap < taps; tap++, from += channels) sum += weights[row + tap]! * all[from]!;
      if (share > 0)
        for (let tap = 0, from = start + channel; tap < taps; tap++, from += channels) next += weights[row + taps + tap]! * all[from]!;
      made[at + channel] = share > 0 ? sum + share * (next - sum) : sum;
    }
  }
}

/** A low pass that keeps what both rates can hold, as weights for each place between two samples. */
function sincKernel(from: number, to: number): Kernel {
  const common = commonDivisor(from, to);
  const cutoff = CUTOFF * Math.min(1, to / from);
  const reach = Math.ceil(ZEROS / cutoff);
  const taps = 2 * reach;
  const phases = Math.min(to / common, MOST_PHASES);
  const weights = new Float64Array((phases + 1) * taps);
  for (let phase = 0; phase <= phases; phase++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum += weights[phase * taps + tap] = kaiserSinc(tap + 1 - reach - phase / phases, cutoff, reach);
    for (let tap = 0; tap < taps; tap++) weights[phase * taps + tap]! /= sum; // so that what is constant stays what it is
  }
  return { reach, taps, phases, weights };
}

function kaiserSinc(distance: number, cutoff: number, reach: number): number {
  if (Math.abs(distance) >= reach) return 0;
  const angle = Math.PI * distance * cutoff;
  const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
  return cutoff * sinc * (bessel(BETA * Math.sqrt(1 - (distance / reach) ** 2)) / bessel(BETA));
}

/** The modified Bessel function of the first kind and order 0. */
function bessel(x: number): number {
  let sum = 1;
  for (let term = 1, k = 1; term > sum * 1e-17; k++) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

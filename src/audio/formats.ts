// SPDX-License-Identifier: Apache-2.0
// What a sample looks like in memory, and as a number from -1 to 1. The names are ALSA's, as the original's were.

/** How a sample lies in memory. `S24_3LE` is 24 bits in three bytes. */
export type SampleFormat =
  | "U8"
  | "S8"
  | "S16_LE"
  | "S16_BE"
  | "S24_3LE"
  | "S24_3BE"
  | "S32_LE"
  | "S32_BE"
  | "FLOAT_LE"
  | "FLOAT_BE"
  | "FLOAT64_LE"
  | "FLOAT64_BE"
  | "MU_LAW"
  | "A_LAW";

/** What raw audio is: bytes mean nothing without it. It is what a WAVParser says on "all_meta", and what everything that makes or takes raw audio wants. */
export interface AudioFormat {
  /** How a sample lies in memory. */
  readonly sample_format: SampleFormat;
  /** How many samples there are for each moment, one after the other. */
  readonly channels: number;
  /** Moments per second. */
  readonly sample_rate: number;
}

interface Coding {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
  readonly write: (view: DataView, at: number, value: number) => void;
}

const codings: Readonly<Record<SampleFormat, Coding>> = {
  U8: integer(
    1,
    (view, at) => view.getUint8(at) - 128,
    (view, at, value) => view.setUint8(at, value + 128),
  ),
  S8: integer(
    1,
    (view, at) => view.getInt8(at),
    (view, at, value) => view.setInt8(at, value),
  ),
  S16_LE: integer(
    2,
    (view, at) => view.getInt16(at, true),
    (view, at, value) => view.setInt16(at, value, true),
  ),
  S16_BE: integer(
    2,
    (view, at) => view.getInt16(at),
    (view, at, value) => view.setInt16(at, value),
  ),
  S24_3LE: integer(
    3,
    (view, at) => view.getUint16(at, true) | (view.getInt8(at + 2) << 16),
    (view, at, value) => {
      view.setUint16(at, value, true);
      view.setInt8(at + 2, value >> 16);
    },
  ),
  S24_3BE: integer(
    3,
    (view, at) => (view.getInt8(at) << 16) | view.getUint16(at + 1),
    (view, at, value) => {
      view.setInt8(at, value >> 16);
      view.setUint16(at + 1, value);
    },
  ),
  S32_LE: integer(
    4,
    (view, at) => view.getInt32(at, true),
    (view, at, value) => view.setInt32(at, value, true),
  ),
  S32_BE: integer(
    4,
    (view, at) => view.getInt32(at),
    (view, at, value) => view.setInt32(at, value),
  ),
  FLOAT_LE: {
    bytes: 4,
    read: (view, at) => view.getFloat32(at, true),
    write: (view, at, value) => view.setFloat32(at, value, true),
  },
  FLOAT_BE: { bytes: 4, read: (view, at) => view.getFloat32(at), write: (view, at, value) => view.setFloat32(at, value) },
  FLOAT64_LE: {
    bytes: 8,
    read: (view, at) => view.getFloat64(at, true),
    write: (view, at, value) => view.setFloat64(at, value, true),
  },
  FLOAT64_BE: { bytes: 8, read: (view, at) => view.getFloat64(at), write: (view, at, value) => view.setFloat64(at, value) },
  MU_LAW: companded(muLawToLinear, linearToMuLaw),
  A_LAW: companded(aLawToLinear, linearToALaw),
};

/** All names of sample formats. */
export const sampleFormats: readonly SampleFormat[] = Object.keys(codings).filter((name): name is SampleFormat => name in codings);

/**
 * How many bytes a sample takes.
 *
 * @example
 * bytesPerSample("S24_3LE"); // 3
 */
export function bytesPerSample(format: SampleFormat): number {
  return codings[format].bytes;
}

/**
 * How many bytes a frame takes: one sample of each channel.
 *
 * @example
 * bytesPerFrame({ sample_format: "S16_LE", channels: 2 }); // 4
 */
export function bytesPerFrame({ sample_format, channels }: Pick<AudioFormat, "sample_format" | "channels">): number {
  return codings[sample_format].bytes * channels;
}

/**
 * Raw audio as numbers: -1 to 1 for whole numbers, whatever comes for floats. Channels stay interleaved. Bytes after the last whole sample are left out.
 *
 * @example
 * decodeSamples(new Uint8Array([0, 0x40]), "S16_LE"); // Float64Array(1) [0.5]
 */
export function decodeSamples(bytes: Uint8Array, format: SampleFormat): Float64Array<ArrayBuffer> {
  const { bytes: size, read } = codings[format];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float64Array(Math.floor(bytes.length / size));
  for (let i = 0, at = 0; i < samples.length; i++, at += size) samples[i] = read(view, at);
  return samples;
}

/**
 * Numbers as raw audio. What is louder than the format can say becomes as loud as it can (it saturates); floats keep it.
 *
 * @example
 * encodeSamples([0.5, 7], "S16_LE"); // Uint8Array(4) [0, 64, 255, 127]
 */
export function encodeSamples(samples: ArrayLike<number>, format: SampleFormat): Uint8Array<ArrayBuffer> {
  const { bytes: size, write } = codings[format];
  const bytes = new Uint8Array(samples.length * size);
  const view = new DataView(bytes.buffer);
  for (let i = 0, at = 0; i < samples.length; i++, at += size) write(view, at, samples[i] ?? 0);
  return bytes;
}

/**
 * Checks a format that was given from outside.
 *
 * @param what could not be done, for the message
 * @throws RangeError for a sample format that is not known, and for numbers of channels or rates that there cannot be
 * @example
 * checkFormat("play it", { sample_format: "U8", channels: 1, sample_rate: 8000 });
 */
export function checkFormat(what: string, { sample_format, channels, sample_rate }: AudioFormat): void {
  if (!Object.hasOwn(codings, sample_format))
    throw new RangeError(`Cannot ${what}: there is no sample format "${sample_format}", only ${sampleFormats.join(", ")}`);
  if (!Number.isInteger(channels) || channels < 1 || channels > 65535)
    throw new RangeError(`Cannot ${what}: ${channels} channels; there are 1 to 65535`);
  if (!(sample_rate > 0 && sample_rate < Infinity))
    throw new RangeError(`Cannot ${what}: ${sample_rate} samples per second; give more than 0`);
}

/** Whole numbers, of which there is one more below zero than above. */
function integer(bytes: number, read: Coding["read"], write: Coding["write"]): Coding {
  const scale = 2 ** (8 * bytes - 1);
  const highest = scale - 1;
  return {
    bytes,
    read: (view, at) => read(view, at) / scale,
    write: (view, at, value) => write(view, at, Math.min(highest, Math.max(-scale, Math.round(value * scale))) || 0),
  };
}

/** ITU-T G.711: eight bits for a number of 16, finer where it is quiet. */
function companded(expand: (code: number) => number, compress: (value: number) => number): Coding {
  return {
    bytes: 1,
    read: (view, at) => expand(view.getUint8(at)) / 32768,
    write: (view, at, value) => view.setUint8(at, compress(Math.min(32767, Math.max(-32768, Math.round(value * 32768))) || 0)),
  };
}

function muLawToLinear(code: number): number {
  const bits = ~code;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

function linearToMuLaw(value: number): number {
  const magnitude = Math.min(Math.abs(value), 32635) + 0x84;
  const exponent = 24 - Math.clz32(magnitude);
  return ~((value < 0 ? 0x80 : 0) | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f));
}

function aLawToLinear(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits & 0x70) >> 4;
  const mantissa = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}

function linearToALaw(value: number): number {
  const magnitude = Math.min(value < 0 ? ~value : value, 32767);
  const exponent = magnitude < 256 ? 0 : 24 - Math.clz32(magnitude);
  const mantissa = (magnitude >> (exponent === 0 ? 4 : exponent + 3)) & 0x0f;
  return ((value < 0 ? 0 : 0x80) | (exponent << 4) | mantissa) ^ 0x55;
}

// SPDX-License-Identifier: Apache-2.0

/** For each channel that comes out, how much of each that comes in. */
export type Matrix = readonly (readonly number[])[];

/**
 * How channels become more or fewer, unless one is told: one goes to all; all go to one, evenly; otherwise each to its own, with silence in those that have
 * none, while those that are too many are left out.
 */
export function defaultMatrix(from: number, to: number): Matrix {
  return Array.from({ length: to }, (_, out) =>
    Array.from({ length: from }, (_, channel) => (to === 1 ? 1 / from : from === 1 || channel === out ? 1 : 0)),
  );
}

/**
 * Checks a matrix that was given from outside.
 *
 * @throws RangeError when it is not for these numbers of channels
 */
export function checkMatrix(what: string, matrix: Matrix, from: number, to: number): void {
  if (matrix.length !== to || matrix.some((row) => row.length !== from))
    throw new RangeError(`Cannot ${what} by this matrix: ${from} channels to ${to} take ${to} rows of ${from} numbers`);
}

/** Interleaved samples with other channels. */
export function remix(samples: Float64Array, from: number, matrix: Matrix): Float64Array {
  const to = matrix.length;
  const frames = samples.length / from;
  const mixed = new Float64Array(frames * to);
  matrix.forEach((row, out) => {
    row.forEach((gain, channel) => {
      if (gain === 0) return;
      for (let frame = 0; frame < frames; frame++) mixed[frame * to + out]! += gain * samples[frame * from + channel]!;
    });
  });
  return mixed;
}

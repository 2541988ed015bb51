// SPDX-License-Identifier: Apache-2.0
// The field GF(2^8) as RFC 5510, section 8.1, has it: polynomials over {0, 1} modulo 1 + x^2 + x^3 + x^4 + x^8. Sums and differences are `^`.

const POLYNOMIAL = 0x11d;
/** Elements that are not 0. Logarithms are counted modulo this. */
export const ORDER = 255;

/** The powers of x, three times over, so that sums of logarithms below 3 * 255 need no remainder. */
export const EXP: Uint8Array = new Uint8Array(3 * ORDER);
/** The logarithms to the base x. That of 0, which has none, is 0. */
export const LOG: Uint8Array = new Uint8Array(256);

for (let power = 0, element = 1; power < ORDER; power++) {
  EXP[power] = EXP[power + ORDER] = EXP[power + 2 * ORDER] = element;
  LOG[element] = power;
  element <<= 1;
  if (element > 0xff) element ^= POLYNOMIAL;
}

/** a * b */
export function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : EXP[LOG[a]! + LOG[b]!]!;
}

/**
 * What the values of a polynomial at some points have to be multiplied with to get, as their sum, its value at other points: Lagrange's interpolation.
 * The polynomial's degree is less than the number of points.
 *
 * @param known where the values are known; all different
 * @param targets where they are not; none of them is known
 * @returns a row of factors for each target
 */
export function interpolation(known: Uint8Array, targets: Uint8Array): Uint8Array[] {
  const weights = new Int32Array(known.length);
  for (let i = 0; i < known.length; i++) {
    let sum = 0;
    for (const other of known) sum += LOG[known[i]! ^ other]!; // LOG[0] is 0: the point itself does not count
    weights[i] = sum % ORDER;
  }
  return Array.from(targets, (target) => {
    let product = 0;
    for (const point of known) product += LOG[target ^ point]!;
    product %= ORDER;
    return Uint8Array.from(known, (point, i) => EXP[product + 2 * ORDER - weights[i]! - LOG[target ^ point]!]!);
  });
}

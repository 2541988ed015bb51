// SPDX-License-Identifier: Apache-2.0
// Mathematics that gives the same bits on every machine and every version of JavaScript: only + - × ÷ and √, which IEEE 754 defines to the last bit.
// (Math.log, Math.pow and the like may differ in it.)

/** The natural logarithm of a number above 0. @internal */
export function ln(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa > 1.5) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < 0.75) {
    mantissa *= 2;
    exponent--;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let k = 41, square = z * z; k >= 1; k -= 2) sum = sum * square + 1 / k;
  return 2 * z * sum + exponent * Math.LN2;
}

/** The cube root, by Newton's method. @internal */
export function cubeRoot(x: number): number {
  if (x === 0) return 0;
  if (x < 0) return -cubeRoot(-x);
  let root = x > 1 ? x / 2 : 1;
  for (let i = 0; i < 200; i++) {
    const better = (2 * root + x / (root * root)) / 3;
    if (better >= root && i > 0) return root;
    root = better;
  }
  return root;
}

/** The value that a standard normal variable is below with this probability (Acklam's approximation: the relative error is below 1.2e-9). @internal */
export function inverseNormal(p: number): number {
  const LOW = 0.02425;
  if (p < LOW) return tail(Math.sqrt(-2 * ln(p)));
  if (p > 1 - LOW) return -tail(Math.sqrt(-2 * ln(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(A, r) * q) / (polynomial(B, r) * r + 1);
}

function tail(q: number): number {
  return polynomial(C, q) / (polynomial(D, q) * q + 1);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}

const A = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
const C = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];

// SPDX-License-Identifier: Apache-2.0

/** @throws RangeError unless it is a whole number from `least`, or Infinity. The text says what cannot be done with it */
export function checkCount(what: string, count: number, least = 0): void {
  if (count >= least && (Number.isInteger(count) || count === Infinity)) return;
  throw new RangeError(`Cannot ${what}: ${count} is no number of them; give a whole number from ${least}, or Infinity`);
}

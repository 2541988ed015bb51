// SPDX-License-Identifier: Apache-2.0

/** @throws RangeError unless it is a whole number from `least`, or Infinity. The text says what cannot be done with it */
export function checkCount(what: string, count: number, least = 0): void {
  if (count >= least && (Number.isInteger(count) || count === Infinity)) return;
  throw new RangeError(`Cannot ${what}: ${count} is no number of them; give a whole number from ${least}, or Infinity`);
}

/** @throws RangeError unless it is one of these words: from JavaScript, where nobody checks types. The text says what cannot be done, and what has it */
export function checkWord(what: string, option: string, word: string, words: readonly string[]): void {
  if (!words.includes(word)) throw new RangeError(`Cannot ${what}: ${option} is "${word}"; give "${words.join('" or "')}"`);
}

// SPDX-License-Identifier: Apache-2.0

/**
 * The seed that a test starts from: the environment's `KAMAELIA_SEED`, so that a failure can be repeated, or else one that is always the same for this name.
 * {@link drive} uses it, and names it in every failure.
 *
 * @param name of the test, so that tests do not all meet the same chances. Without one, the seed is 1
 * @throws RangeError when `KAMAELIA_SEED` is not a whole number
 * @example
 * const random = new SeededRandom(seedOf("packets are lost"));
 */
export function seedOf(name?: string): number {
  const given = globalThis.process?.env?.["KAMAELIA_SEED"];
  if (given !== undefined && given !== "") {
    if (!/^[+-]?\d+$/.test(given)) throw new RangeError(`Cannot take KAMAELIA_SEED=${given} for a seed: give a whole number`);
    return Number(given) | 0;
  }
  if (name === undefined) return 1;
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash & 0x7fffffff;
}

// SPDX-License-Identifier: Apache-2.0

/** The seed that tests start from: the environment's `KAMAELIA_SEED`, so that a failure can be repeated, or 1. */
export function seedOf(): number {
  const given = globalThis.process?.env?.["KAMAELIA_SEED"];
  return given === undefined ? 1 : Number(given);
}

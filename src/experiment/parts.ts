// SPDX-License-Identifier: Apache-2.0
// An experiment for the tests, as a module that threads load.
import { SeededRandom } from "../axon/index.ts";

/** What the experiment does, and with what. */
export interface Parameters {
  readonly mean: number;
  readonly what?: "measure" | "throw" | "throw later" | "exit" | "hang" | "return nothing" | "leave out" | "sometimes throw";
  /** Steps of computation before it returns. */
  readonly work?: number;
}

/** Makes numbers around a mean; or trouble. */
export default async function sample({ mean, what = "measure", work = 0 }: Parameters, seed: number): Promise<{ x: number; odd: number }> {
  const random = new SeededRandom(seed);
  for (let i = 0; i < work; i++) random.next();
  if (what === "throw") throw new RangeError(`Cannot do it with ${mean}`);
  if (what === "sometimes throw" && seed % 3 === 0) throw new Error("three is too many");
  if (what === "throw later") await new Promise(() => setImmediate(() => throwIt()));
  if (what === "exit") process.exit(7);
  if (what === "hang") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // blocks the thread for ever
  if (what === "return nothing") return undefined as never;
  return { x: mean + random.next() - 0.5, ...(what === "leave out" && seed % 2 === 0 ? {} : { odd: seed % 2 }) } as {
    x: number;
    odd: number;
  };
}

function throwIt(): never {
  throw new Error("nobody catches this");
}

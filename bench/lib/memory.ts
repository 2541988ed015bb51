// SPDX-License-Identifier: Apache-2.0
import { memoryUsage } from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What is in use, in bytes, after all garbage is gone. */
export interface Memory {
  /** V8's heap and what it refers to outside. */
  readonly heap: number;
  /** What the process takes from the machine; it comes in large steps. */
  readonly resident: number;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

export async function memory(): Promise<Memory> {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve)); // finalizers run
  }
  const { heapUsed, external, rss } = memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}

// SPDX-License-Identifier: Apache-2.0
import type { Microprocess } from "./Microprocess.ts";

let running: Microprocess | undefined;

/** The microprocess whose turn it is, on this thread. */
export function runningNow(): Microprocess | undefined {
  return running;
}

/** Says whose turn it is. Answers whose it was, so that turns may nest. */
export function setRunning(microprocess: Microprocess | undefined): Microprocess | undefined {
  const before = running;
  running = microprocess;
  return before;
}

// SPDX-License-Identifier: Apache-2.0
import { host } from "#host";
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

/**
 * Calls a function from outside the system. It is nobody's turn meanwhile: what it sends holds nobody, and what it throws is reported as an uncaught error,
 * not thrown into the component that happens to run.
 */
export function callOutside(callback: () => void): void {
  const before = setRunning(undefined);
  try {
    callback();
  } catch (error) {
    host.report(error);
  } finally {
    setRunning(before);
  }
}

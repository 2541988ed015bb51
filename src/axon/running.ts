// SPDX-License-Identifier: Apache-2.0
import { host } from "#host";
import type { Microprocess } from "./Microprocess.ts";

let running: Microprocess | undefined;

/** The microprocess whose turn it is, on this thread. */
export function runningNow(): Microprocess | undefined {
  return running;
}

/** Those whose turns were interrupted by what is going on now. */
const interrupted: (Microprocess | undefined)[] = [];

/** Says whose turn it is. */
export function setRunning(microprocess: Microprocess | undefined): void {
  running = microprocess;
}

/** Whether a component is in the middle of its turn, also if that is interrupted by something else. */
export function isRunning(microprocess: Microprocess): boolean {
  return running === microprocess || interrupted.includes(microprocess);
}

/** Interrupts the turn that is on, if any: it is somebody else's, or nobody's, until `resume`. */
export function interruptFor(microprocess: Microprocess | undefined): void {
  interrupted.push(running);
  running = microprocess;
}

/** Goes on with the turn that was interrupted last. */
export function resume(): void {
  running = interrupted.pop();
}

/**
 * Calls a function from outside the system. It is nobody's turn meanwhile: what it sends holds nobody, and what it throws is reported as an uncaught error,
 * not thrown into the component that happens to run.
 */
export function callOutside(callback: () => void): void {
  interruptFor(undefined);
  try {
    callback();
  } catch (error) {
    host.report(error);
  } finally {
    resume();
  }
}

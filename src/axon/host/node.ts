// SPDX-License-Identifier: Apache-2.0
import type { Host } from "./Host.ts";

/** All that are to be told of Ctrl-C, by one listener: the process warns of more than ten. */
const interrupted = new Set<() => void>();
const interrupt = (): void => {
  for (const callback of [...interrupted]) callback();
};

/** Node.js: `setImmediate` runs right after the poll for I/O, so one turn of the event loop costs one system call. */
export const host: Host = {
  defer: (callback) => void setImmediate(callback),
  now: () => performance.now(),
  onInterrupt(callback) {
    if (interrupted.size === 0) process.on("SIGINT", interrupt);
    interrupted.add(callback);
    return () => {
      interrupted.delete(callback);
      if (interrupted.size === 0) process.off("SIGINT", interrupt);
    };
  },
  exit: (code) => process.exit(code),
  report: (error) =>
    void setImmediate(() => {
      throw error;
    }),
};

// SPDX-License-Identifier: Apache-2.0
import type { Host } from "./Host.ts";

/** Node.js: `setImmediate` runs right after the poll for I/O, so one turn of the event loop costs one system call. */
export const host: Host = {
  defer: (callback) => void setImmediate(callback),
  now: () => performance.now(),
  onInterrupt(callback) {
    process.on("SIGINT", callback);
    return () => void process.off("SIGINT", callback);
  },
  exit: (code) => process.exit(code),
  report: (error) =>
    void setImmediate(() => {
      throw error;
    }),
};

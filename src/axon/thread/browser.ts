// SPDX-License-Identifier: Apache-2.0
import type { Workers } from "./workers.ts";

/** Places without threads that may block. */
export const workers: Workers = {
  start() {
    throw new Error("there are no threads here that may block; it runs under Node.js");
  },
  inside: () => undefined,
  allocate: (size) => new ArrayBuffer(size),
  transferable: (list) => list,
};

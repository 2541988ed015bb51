// SPDX-License-Identifier: Apache-2.0
import type { Host } from "./Host.ts";

const channel = new MessageChannel();
const deferred: (() => void)[] = [];
channel.port1.onmessage = () => deferred.shift()?.();

/** Browsers and other runtimes: a MessageChannel, because `setTimeout(0)` is held back to 4 ms there. */
export const host: Host = {
  defer(callback) {
    deferred.push(callback);
    channel.port2.postMessage(0);
  },
  now: () => performance.now(),
  onInterrupt: () => () => {},
  exit() {},
  report: (error) =>
    void setTimeout(() => {
      throw error;
    }),
};

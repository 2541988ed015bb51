// SPDX-License-Identifier: Apache-2.0
import type { Microprocess } from "../Microprocess.ts";
import { fullName, inWords, type Monitor, type OnStuck } from "./monitor.ts";

/** Where no other thread can look on: a turn that takes too long is reported when it is over. */
export function watchdog(limit: number, onStuck: OnStuck): Monitor {
  let start = 0;
  return {
    before() {
      start = performance.now();
    },
    after(p: Microprocess) {
      if (performance.now() - start < limit) return;
      globalThis.console.error(`${fullName(p)} has not yielded for ${inWords(limit)}`);
      onStuck(p.component, limit);
    },
    ended() {},
    over() {},
  };
}

// SPDX-License-Identifier: Apache-2.0
import { type Memory, memory } from "../lib/memory.ts";

/** Counts messages: prints what the connections cost, once as many have come after the first hundred as the first argument says. */
export function costCounter(): () => void {
  const all = Number(process.argv[2]);
  let seen = 0;
  let before: Memory | undefined;
  return () => {
    seen++;
    if (seen === WARM) void memory().then((now) => (before = now));
    else if (seen === all + WARM)
      setTimeout(async () => {
        const after = await memory();
        if (before === undefined) throw new Error("Cannot measure: the connections came too fast");
        console.log(JSON.stringify({ heap: after.heap - before.heap, resident: after.resident - before.resident }));
      }, 100);
  };
}

/** Connections that are not counted, so that everything that is made once is there. */
export const WARM = 100;

// SPDX-License-Identifier: Apache-2.0
// What the rows have in common: the server, the passes, and what is counted.
import { join } from "node:path";
import { report } from "../lib/measure.ts";
import { Program } from "../lib/Program.ts";

/** Requests that are under way at a time, each on a connection of its own. */
export const UNDER_WAY = 50;
/** Requests in a pass. */
const REQUESTS = 5000;
const [WARM_UP, LONG_ENOUGH] = [Number(process.env["BENCH_WARM_MS"] ?? 500), Number(process.env["BENCH_MS"] ?? 1500)];

/** Measures passes against our server. What is counted is the CPU time of the client alone: requests that it makes in a second of it. */
export async function measured(
  row: string,
  run: (url: string, measure: (pass: (count: number) => Promise<void>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const server = new Program(process.execPath, join(import.meta.dirname, "../http/ours.server.ts"));
  try {
    const url = `http://127.0.0.1:${await server.says()}/`;
    await run(url, async (pass) => {
      await repeat(pass, WARM_UP);
      const before = process.cpuUsage();
      const start = performance.now();
      const count = await repeat(pass, LONG_ENOUGH);
      const { user, system } = process.cpuUsage(before);
      const seconds = (user + system) / 1e6;
      const wall = (performance.now() - start) / 1000;
      report({
        work: "http-client",
        row,
        unit: "requests/s of CPU",
        value: count / seconds,
        also: { "requests/s of the wall clock": count / wall },
      });
    });
  } finally {
    server.end();
  }
  process.exit();
}

async function repeat(pass: (count: number) => Promise<void>, atLeast: number): Promise<number> {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < atLeast) {
    await pass(REQUESTS);
    count += REQUESTS;
  }
  return count;
}

// SPDX-License-Identifier: Apache-2.0
// Counts the system calls that a program makes while it sleeps: `system-calls.ts <row> <program>`.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { has } from "../lib/machine.ts";
import { report } from "../lib/measure.ts";
import { Program } from "../lib/Program.ts";

/** V8 gives memory back about two seconds after the last garbage collection. */
const SETTLE = 4000;
const WINDOW = 3000;

const [row = "", file = ""] = process.argv.slice(2);
if (!has("strace")) {
  console.log(JSON.stringify({ skipped: "there is no strace; apt-get install strace" }));
  process.exit();
}
const folder = await mkdtemp(join(tmpdir(), "kamaelia-bench-"));
const trace = join(folder, "trace");
// Without this flag V8 looks every 8 seconds whether there is garbage, in any program.
const node = [process.execPath, "--no-memory-reducer", join(import.meta.dirname, file)];
const program = new Program("strace", "-f", "-ttt", "-o", trace, ...node);
try {
  await program.says();
  await wait(SETTLE);
  const from = Date.now();
  await wait(WINDOW);
  const until = Date.now();
  const calls = (await readFile(trace, "utf8")).split("\n").filter((line) => isWithin(line, from, until));
  for (const call of calls) console.error(call); // to be seen when this is run by hand
  report({ work: "idle-system", row, unit: `system calls in ${WINDOW / 1000} s`, value: calls.length });
} finally {
  program.end();
  await rm(folder, { recursive: true });
}

/** `4711 1700000000.123456 epoll_pwait(…` */
function isWithin(line: string, from: number, until: number): boolean {
  const at = Number(line.split(/ +/)[1]) * 1000;
  return at >= from && at < until;
}

// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Row, Work } from "./catalogue.ts";
import { build } from "./go.ts";
import { cores } from "./machine.ts";
import type { Measurement, Skipped } from "./measure.ts";

/** How long a row takes. */
export interface Timing {
  /** Milliseconds before it is measured. */
  readonly warmUp: number;
  /** Milliseconds that are measured. */
  readonly measured: number;
}

const PATIENCE = 300_000;
const core = cores().at(-1);

/**
 * Runs a row in a fresh process, on one core if it needs no more.
 *
 * @throws Error when it fails, or prints something else than the catalogue says
 */
export async function runRow(bench: string, work: Work, row: Row, timing: Timing): Promise<Measurement | Skipped> {
  const [file, ...args] = row.program;
  const isGo = file.endsWith(".go");
  const program = isGo ? [build(bench, file)] : [process.execPath, join(bench, file)];
  const [command = "", ...words] =
    work.unpinned !== true && core !== undefined ? ["taskset", "-c", core, ...program, ...args] : [...program, ...args];
  const env = { ...process.env, GOMAXPROCS: "1", BENCH_WARM_MS: `${timing.warmUp}`, BENCH_MS: `${timing.measured}` };
  const line = await output(command, words, env);
  const printed = JSON.parse(line) as Measurement | Skipped;
  if ("skipped" in printed) return printed;
  if (printed.work === work.name && printed.row === row.name) return printed;
  throw new Error(`Cannot use what ${file} prints: it says ${printed.work}, ${printed.row}; works.ts says ${work.name}, ${row.name}`);
}

function output(command: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { env, stdio: ["ignore", "pipe", "pipe"], timeout: PATIENCE });
    let out = "";
    let err = "";
    child.stdout.on("data", (text: Buffer) => (out += text.toString()));
    child.stderr.on("data", (text: Buffer) => (err += text.toString()));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(out);
      else reject(new Error(`Cannot measure: it ended with ${signal ?? code}\n${err.trim()}`));
    });
  });
}

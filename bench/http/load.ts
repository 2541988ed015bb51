// SPDX-License-Identifier: Apache-2.0
// Asks a server as often as it answers, with wrk: `load.ts <work> <row> <server program> [<script, or -> [<path> [<argument of the server>]]]`.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { report } from "../lib/measure.ts";
import { Program } from "../lib/Program.ts";

const SECONDS = Math.max(1, Math.round(Number(process.env["BENCH_MS"] ?? 3000) / 1000));
/** The server's compilers need that. */
const WARM_UP = Math.min(SECONDS, 3);
const [work = "", row = "", file = "", script = "-", path = "", ...words] = process.argv.slice(2);
const missing = ["wrk", ...(file.startsWith("nginx") ? ["nginx"] : [])].filter((program) => spawnSync(program, ["-v"]).error !== undefined);

if (missing.length > 0) console.log(JSON.stringify({ skipped: `needs ${missing.join(" and ")}` }));
else {
  const server = new Program(process.execPath, join(import.meta.dirname, file), ...words);
  try {
    const url = `http://127.0.0.1:${await server.says()}/${path}`;
    ask(url, WARM_UP);
    const before = server.cpu();
    const { requests, perSecond } = ask(url, SECONDS);
    report({
      work,
      row,
      unit: "requests/s",
      value: perSecond,
      also: { "µs of the server's CPU each": ((server.cpu() - before) * 1000) / requests },
    });
  } finally {
    server.end();
  }
}

/** 50 connections, kept. */
function ask(url: string, seconds: number): { requests: number; perSecond: number } {
  const scripts = script === "-" ? [] : ["-s", join(import.meta.dirname, script)];
  const { stdout } = spawnSync("wrk", ["-t1", "-c50", `-d${seconds}s`, ...scripts, url], { encoding: "utf8" });
  const requests = /(\d+) requests in/.exec(stdout)?.[1];
  const perSecond = /Requests\/sec:\s*([\d.]+)/.exec(stdout)?.[1];
  if (requests === undefined || perSecond === undefined || /Socket errors|Non-2xx/.test(stdout))
    throw new Error(`Cannot count this run:\n${stdout}`);
  return { requests: Number(requests), perSecond: Number(perSecond) };
}

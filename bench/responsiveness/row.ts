// SPDX-License-Identifier: Apache-2.0
// A socket echo beside a graph that never rests, or beside nothing: `row.ts <alone|busy> <inside|outside>`.
// The server is always in the process of the graph; the client too (inside), or on a thread of its own (outside).
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { report } from "../lib/measure.ts";
import { Tally } from "../pipeline/job.ts";
import { AddOne, Numbers, Sum } from "../pipeline/stages.ts";
import { type Latency, listen, visit } from "./echo.ts";

const [neighbour = "busy", client = "inside"] = process.argv.slice(2);
const duration = Number(process.env["BENCH_MS"] ?? 1500) * 4;

const server = await listen();
const system = new System();
const tally = new Tally();
if (neighbour === "busy") system.activate(Pipeline(Numbers(Infinity), AddOne(), AddOne(), AddOne(), Sum(tally)));
const start = performance.now();
const before = process.cpuUsage();
const { count, p50, p99, max, p99Cpu } =
  client === "inside" ? await visit(server.port, duration, cpuTime) : await visitFromOutside(server.port);
const elapsed = performance.now() - start;
const { user, system: kernel } = process.cpuUsage(before);
server.close();
await system.stop();
report({
  work: "responsiveness",
  row: `${neighbour === "busy" ? "beside a busy graph" : "no graph"}, client ${client}`,
  unit: "ms, p99 of a 64 B echo",
  value: p99,
  cpu: (user + kernel) / 1000 / elapsed,
  also: {
    "ms p50": p50,
    "ms max": max,
    ...(p99Cpu > 0 && { "ms p99 in CPU time": p99Cpu }),
    echoes: count,
    "million hops/s": (tally.count * 4) / elapsed / 1000,
  },
});

/** Only a process that never rests has no other time than CPU time. */
function cpuTime(): number {
  if (neighbour !== "busy") return 0;
  const { user, system: kernel } = process.cpuUsage();
  return (user + kernel) / 1000;
}

async function visitFromOutside(port: number): Promise<Latency> {
  const worker = new Worker(new URL("visitor.ts", import.meta.url), { workerData: { port, duration } });
  const [latency] = (await once(worker, "message")) as [Latency];
  return latency;
}

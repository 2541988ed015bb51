// SPDX-License-Identifier: Apache-2.0
// Listens many times: `listeners.ts <row> <server program> [<listeners> <seconds>]`. What counts is how much of the sound the one has heard who has heard least.
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { report } from "../lib/measure.ts";
import { Program } from "../lib/Program.ts";
import { PIECE, PIECES, type RadioCost } from "./cost.ts";

const AT_ONCE = 200;
const buffer = Buffer.alloc(65_536);
const [row = "", file = "", count = "5000", time = "60"] = process.argv.slice(2);
const listeners = Number(count);
const heard = new Float64Array(listeners);
const last = new Float64Array(listeners);
const silence = new Float64Array(listeners);
let closed = 0;

const server = new Program(process.execPath, "--expose-gc", join(import.meta.dirname, file), count, time);
try {
  const port = Number(await server.says());
  const sockets: Socket[] = [];
  while (sockets.length < listeners) {
    const some = Math.min(AT_ONCE, listeners - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: some }, (_, n) => listen(port, sockets.length + n)))));
  }
  await server.says();
  const begun = performance.now();
  heard.fill(0);
  last.fill(begun);
  silence.fill(0);
  const cpu = process.cpuUsage();
  const cost: RadioCost = JSON.parse(await server.says());
  const passed = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const sent = PIECES * PIECE * passed;
  report({
    work: "radio",
    row,
    unit: "of the sound",
    value: heard.toSorted()[0]! / sent,
    also: {
      "CPU of the server": cost.cpu,
      "CPU of the listeners": (user + system) / 1e6 / passed,
      "MiB resident": cost.resident,
      "MiB more at the end": cost.growth,
      "MiB more in the second half": cost.lateGrowth,
      "longest silence, ms": silence.toSorted().at(-1)!,
      "connections lost": closed,
    },
  });
  for (const socket of sockets) socket.destroy();
} finally {
  server.end();
}

/** Every other one wants titles. */
function listen(port: number, n: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const callback = (bytes: number): boolean => {
      const now = performance.now();
      heard[n]! += bytes;
      silence[n] = Math.max(silence[n]!, now - last[n]!);
      last[n] = now;
      resolve(socket);
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", onread: { buffer, callback } });
    socket.on("error", reject);
    socket.on("close", () => closed++);
    socket.on("connect", () => socket.write(`GET /radio HTTP/1.0\r\n${n % 2 === 0 ? "Icy-MetaData: 1\r\n" : ""}\r\n`));
  });
}

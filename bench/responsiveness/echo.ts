// SPDX-License-Identifier: Apache-2.0
import { createServer, connect, type AddressInfo } from "node:net";
import { once } from "node:events";

/** How long echoes took, in milliseconds. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The same in CPU time of this process: what it would be if nobody else had the core, provided that this process never rests. */
  readonly p99Cpu: number;
}

const MESSAGE = Buffer.alloc(64, "x");

/** Starts an echo server on loopback. */
export async function listen(): Promise<{ readonly port: number; close(): void }> {
  const server = createServer({ noDelay: true }, (socket) => socket.on("data", (bytes) => socket.write(bytes)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

/**
 * Sends 64 bytes, waits until they have come back, and so on for so many milliseconds.
 *
 * @param cpu milliseconds of CPU time of the process, if that is to be looked at
 */
export async function visit(port: number, duration: number, cpu: () => number = () => 0): Promise<Latency> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  const times: number[] = [];
  const cpuTimes: number[] = [];
  const end = performance.now() + duration;
  await new Promise<void>((resolve, reject) => {
    let missing = MESSAGE.length;
    let start = performance.now();
    let cpuStart = cpu();
    socket.on("error", reject);
    socket.on("data", (bytes) => {
      missing -= bytes.length;
      if (missing > 0) return;
      const now = performance.now();
      const cpuNow = cpu();
      times.push(now - start);
      cpuTimes.push(cpuNow - cpuStart);
      if (now >= end) return resolve();
      missing = MESSAGE.length;
      start = now;
      cpuStart = cpuNow;
      socket.write(MESSAGE);
    });
    socket.write(MESSAGE);
  });
  socket.destroy();
  const { p99: p99Cpu } = summarise(cpuTimes);
  return { ...summarise(times), p99Cpu };
}

function summarise(times: number[]): Omit<Latency, "p99Cpu"> {
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { count: times.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

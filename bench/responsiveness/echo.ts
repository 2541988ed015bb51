// SPDX-License-Identifier: Apache-2.0
import { createServer, connect, type AddressInfo } from "node:net";
import { once } from "node:events";

/** How long echoes took, in milliseconds. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const MESSAGE = Buffer.alloc(64, "x");

/** Starts an echo server on loopback. */
export async function listen(): Promise<{ readonly port: number; close(): void }> {
  const server = createServer({ noDelay: true }, (socket) => socket.on("data", (bytes) => socket.write(bytes)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

/** Sends 64 bytes, waits until they have come back, and so on for so many milliseconds. */
export async function visit(port: number, duration: number): Promise<Latency> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  const times: number[] = [];
  const end = performance.now() + duration;
  await new Promise<void>((resolve, reject) => {
    let missing = MESSAGE.length;
    let start = performance.now();
    socket.on("error", reject);
    socket.on("data", (bytes) => {
      missing -= bytes.length;
      if (missing > 0) return;
      const now = performance.now();
      times.push(now - start);
      if (now >= end) return resolve();
      missing = MESSAGE.length;
      start = now;
      socket.write(MESSAGE);
    });
    socket.write(MESSAGE);
  });
  socket.destroy();
  return summarise(times.sort((a, b) => a - b));
}

function summarise(times: readonly number[]): Latency {
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { count: times.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

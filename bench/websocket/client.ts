// SPDX-License-Identifier: Apache-2.0
// A thousand WebSockets that are sent the same 100 bytes: `client.ts <row> <server program> <messages at once>`. It asks for the next when all have all.
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { type Identity, report } from "../lib/measure.ts";
import { Program } from "../lib/Program.ts";

const CLIENTS = 1000;
/** A text of 100 bytes, and the head of its frame. */
const FRAME = 102;
const [WARM_UP, LONG_ENOUGH] = [Number(process.env["BENCH_WARM_MS"] ?? 500), Number(process.env["BENCH_MS"] ?? 3000)];
const buffer = Buffer.alloc(65_536);

const [row = "", file = "", atOnce = "1"] = process.argv.slice(2);
const identity: Identity = { work: `websocket-${atOnce}`, row, unit: "messages per ms of the server's CPU" };
const server = new Program(process.execPath, join(import.meta.dirname, file));
let left = 0;
let finished: () => void = () => {};
try {
  const port = Number(await server.says());
  for (let i = 0; i < CLIENTS; i += 100) await Promise.all(Array.from({ length: 100 }, () => open(port, "/listen")));
  const speaker = await open(port, "/speak");
  await repeat(speaker, WARM_UP);
  const before = server.cpu();
  const { count, elapsed } = await repeat(speaker, LONG_ENOUGH);
  const used = server.cpu() - before;
  report({ ...identity, value: count / used, also: { "messages/s": count / (elapsed / 1000) } });
} finally {
  server.end();
}
process.exit();

async function repeat(speaker: Socket, atLeast: number): Promise<{ count: number; elapsed: number }> {
  const start = performance.now();
  const share = Number(atOnce) * CLIENTS;
  let count = 0;
  for (; performance.now() - start < atLeast; count += share) {
    left = share * FRAME;
    const over = new Promise<void>((resolve) => (finished = resolve));
    speaker.write(masked(atOnce));
    await over;
  }
  return { count, elapsed: performance.now() - start };
}

function masked(text: string): Buffer {
  return Buffer.concat([Buffer.of(0x81, 0x80 | text.length, 0, 0, 0, 0), Buffer.from(text)]);
}

function open(port: number, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let shaken = false;
    const callback = (count: number): boolean => {
      if (shaken) {
        left -= count;
        if (left === 0) finished();
        else if (left < 0) throw new Error("Cannot count this pass: more came than was sent");
      } else {
        if (!buffer.toString("latin1", 0, count).endsWith("\r\n\r\n")) throw new Error("Cannot shake hands");
        shaken = true;
        resolve(socket);
      }
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer, callback } });
    socket.on("error", reject);
    const key = randomBytes(16).toString("base64");
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
  });
}

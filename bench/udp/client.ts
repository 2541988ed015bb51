// SPDX-License-Identifier: Apache-2.0
// Sends datagrams of 1316 bytes, 64 on the way, and waits for them to come back: `client.ts <row> <server program>`. Both run on the same core.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { join } from "node:path";
import { type Identity, measure } from "../lib/measure.ts";
import { Program } from "../lib/Program.ts";

const DATAGRAM = Buffer.alloc(1316, "x");
const ON_THE_WAY = 64;
const DATAGRAMS = 5000;

const [row = "", file = ""] = process.argv.slice(2);
const identity: Identity = { work: "udp", row, unit: "datagrams/s" };
const server = new Program(process.execPath, join(import.meta.dirname, file));
let left = 0;
let total = 0;
let finished: () => void = () => {};
try {
  const port = Number(await server.says());
  const socket = createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("message", (bytes) => {
    if (bytes.length !== DATAGRAM.length) throw new Error(`Cannot count this pass: ${bytes.length} bytes came`);
    if (--left >= ON_THE_WAY) socket.send(DATAGRAM);
    else if (left === 0) finished();
  });
  const pass = async (): Promise<number> => {
    left = DATAGRAMS;
    total += DATAGRAMS;
    const over = new Promise<void>((resolve) => (finished = resolve));
    for (let i = 0; i < ON_THE_WAY; i++) socket.send(DATAGRAM);
    await over;
    return DATAGRAMS;
  };
  await measure(identity, pass, { scale: 1, busy: false, also: () => ({ "µs of the server's CPU each": (server.cpu() * 1000) / total }) });
  socket.close();
} finally {
  server.end();
}

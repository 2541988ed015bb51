// SPDX-License-Identifier: Apache-2.0
// Connects, asks once, and closes, over and over: `client.ts <row> <server program>`. Both run on the same core.
import { connect } from "node:net";
import { join } from "node:path";
import { type Identity, measure } from "../lib/measure.ts";
import { Program } from "../lib/Program.ts";

const MESSAGE = Buffer.alloc(64, "x");
const AT_ONCE = 50;
const CONNECTIONS = 1000;
/** Addresses to connect from, so that there are always free ports: those of closed connections rest for a minute. */
const ADDRESSES = 200;
const buffer = Buffer.alloc(4096);

const [row = "", file = ""] = process.argv.slice(2);
const identity: Identity = { work: "tcp-connect", row, unit: "connections/s" };
const server = new Program(process.execPath, join(import.meta.dirname, "../tcp-echo", file));
let made = 0;
try {
  const port = Number(await server.says());
  const pass = async (): Promise<number> => {
    let left = CONNECTIONS;
    const worker = async (): Promise<void> => {
      while (left-- > 0) await visit(port);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return CONNECTIONS;
  };
  const also = (): Record<string, number> => ({ "µs of the server's CPU each": (server.cpu() * 1000) / made });
  await measure(identity, pass, { scale: 1, busy: false, warmUps: 8, also });
} finally {
  server.end();
}

function visit(port: number): Promise<void> {
  const localAddress = `127.0.1.${1 + (made++ % ADDRESSES)}`;
  return new Promise((resolve, reject) => {
    let missing = MESSAGE.length;
    const callback = (count: number): boolean => {
      missing -= count;
      if (missing === 0) socket.end();
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", localAddress, noDelay: true, onread: { buffer, callback } });
    socket.on("error", reject);
    socket.on("connect", () => socket.write(MESSAGE));
    socket.on("close", () => resolve());
  });
}

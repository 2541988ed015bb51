// SPDX-License-Identifier: Apache-2.0
// Asks a server as often as it answers: `client.ts <row> <server program> <connections>`. Both run on the same core.
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { type Identity, measure } from "../lib/measure.ts";
import { Program } from "../lib/Program.ts";

const MESSAGE = Buffer.alloc(64, "x");
const ROUND_TRIPS = 5000;
/** One buffer for whatever comes on any connection: the client should cost little. */
const buffer = Buffer.alloc(65_536);

const [row = "", file = "", connections = "1"] = process.argv.slice(2);
const identity: Identity = { work: `tcp-echo-${connections}`, row, unit: "round trips/s" };
const server = new Program(process.execPath, join(import.meta.dirname, file));
let left = 0;
let total = 0;
let finished: () => void = () => {};
try {
  const port = Number(await server.says());
  const visitors = await Promise.all(Array.from({ length: Number(connections) }, () => visit(port)));
  const pass = async (): Promise<number> => {
    left = ROUND_TRIPS;
    total += ROUND_TRIPS;
    const over = new Promise<void>((resolve) => (finished = resolve));
    for (const socket of visitors) socket.write(MESSAGE);
    await over;
    return ROUND_TRIPS;
  };
  const also = (): Record<string, number> => ({ "µs of the server's CPU each": (server.cpu() * 1000) / total });
  await measure(identity, pass, { scale: 1, busy: false, warmUps: 8, also });
  for (const socket of visitors) socket.destroy();
} finally {
  server.end();
}

/** Sends as soon as an answer has come, until all have enough. */
function visit(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let missing = MESSAGE.length;
    const callback = (count: number): boolean => {
      missing -= count;
      if (missing > 0) return true;
      missing = MESSAGE.length;
      left--;
      if (left >= Number(connections)) socket.write(MESSAGE);
      else if (left === 0) finished();
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer, callback } });
    socket.on("error", reject);
    socket.on("connect", () => resolve(socket));
  });
}

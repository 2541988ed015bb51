// SPDX-License-Identifier: Apache-2.0
// Connects many times, asks once on each, and then is silent: `client.ts <row> <server program> [<work> <what is asked>]`. The server says what that costs it.
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { report } from "../lib/measure.ts";
import { Program } from "../lib/Program.ts";
import type { Memory } from "../lib/memory.ts";
import { WARM } from "./cost.ts";

const CONNECTIONS = 10_000;
const AT_ONCE = 200;
const buffer = Buffer.alloc(4096);

const [row = "", file = "", work = "tcp-idle", question = "x"] = process.argv.slice(2);
const server = new Program(process.execPath, join(import.meta.dirname, file), `${CONNECTIONS}`);
try {
  const port = Number(await server.says());
  const sockets: Socket[] = [];
  const connectAll = async (count: number): Promise<void> => {
    while (sockets.length < count) {
      const some = Math.min(AT_ONCE, count - sockets.length);
      sockets.push(...(await Promise.all(Array.from({ length: some }, () => visit(port)))));
    }
  };
  await connectAll(WARM);
  await new Promise((resolve) => setTimeout(resolve, 500)); // the server looks at its memory
  await connectAll(WARM + CONNECTIONS - 1);
  const cost = server.says();
  sockets.push(await visit(port));
  const { heap, resident }: Memory = JSON.parse(await cost);
  report({ work, row, unit: "resident bytes each", value: resident / CONNECTIONS, also: { "heap bytes": heap / CONNECTIONS } });
  for (const socket of sockets) socket.destroy();
} finally {
  server.end();
}

function visit(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const callback = (): boolean => {
      resolve(socket);
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", onread: { buffer, callback } });
    socket.on("error", reject);
    socket.on("connect", () => socket.write(question.replaceAll("|", "\r\n")));
  });
}

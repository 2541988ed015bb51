// SPDX-License-Identifier: Apache-2.0
// The same with node:http: each piece is written to each response, without titles, and without a look at who is slow.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Cost, PIECE, PIECES } from "./cost.ts";

const [listeners, seconds] = process.argv.slice(2).map(Number);
const cost = new Cost(listeners!, seconds!);
const all = new Set<ServerResponse>();
const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "audio/mpeg", connection: "close" });
  response.useChunkedEncodingByDefault = false;
  response.flushHeaders();
  all.add(response);
  response.on("close", () => all.delete(response));
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => console.log((server.address() as AddressInfo).port));
const begun = performance.now();
let n = 0;
function send(): void {
  const piece = Buffer.alloc(PIECE, n++);
  for (const response of all) response.write(piece);
  cost.look(all.size);
  setTimeout(send, Math.max(0, begun + (n * 1000) / PIECES - performance.now()));
}
send();

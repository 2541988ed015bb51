// SPDX-License-Identifier: Apache-2.0
// What comes goes on to the port that is the first argument. Says its own.
import { type AddressInfo, connect, createServer } from "node:net";

const server = createServer((socket) => {
  const next = connect(Number(process.argv[2]), "127.0.0.1");
  socket.pipe(next);
  for (const one of [socket, next]) one.on("error", () => next.destroy());
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

// SPDX-License-Identifier: Apache-2.0
// What comes is written back. Says its port.
import { type AddressInfo, createServer } from "node:net";
import { costCounter } from "./cost.ts";

const count = costCounter();
const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", (bytes) => {
    count();
    socket.write(bytes);
  });
  socket.on("error", (error) => console.error(error));
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

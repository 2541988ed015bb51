// SPDX-License-Identifier: Apache-2.0
// Whatever comes is answered with the same bytes, and nothing is read: what sockets alone cost. Says its port.
import { type AddressInfo, createServer } from "node:net";

const ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: ${new Date().toUTCString()}\r\nContent-Length: 5\r\n\r\nHello`,
);
const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", () => socket.write(ANSWER));
  socket.on("error", (error) => console.error(error));
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

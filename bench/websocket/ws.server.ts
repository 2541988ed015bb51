// SPDX-License-Identifier: Apache-2.0
// Sends to all who listen as many messages as the speaker asks for. Says its port.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

const listeners = new Set<WebSocket>();
let said = 0;
const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
server.on("connection", (socket, { url }) => {
  if (url === "/listen") listeners.add(socket);
  socket.on("close", () => listeners.delete(socket));
  socket.on("message", (text: Buffer) => {
    for (let left = Number(text.toString()); left > 0; left--) {
      const message = `message ${++said} `.padEnd(100, ".");
      for (const listener of listeners) listener.send(message);
    }
  });
});
http.listen(0, "127.0.0.1", () => console.log((http.address() as AddressInfo).port));

// SPDX-License-Identifier: Apache-2.0
// Sends to all who listen as many messages as the speaker asks for, framed once, one write to each: what Node.js itself needs for that. Says its port.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

const listeners = new Set<Duplex>();
let said = 0;
const http = createServer();
http.on("upgrade", ({ url, headers }, socket) => {
  const key = `${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  socket.write(`HTTP/1.1 101 \r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  if (url === "/listen") listeners.add(socket);
  socket.on("data", (frame: Buffer) => {
    const frames = Array.from({ length: Number(frame.subarray(6).toString()) }, framed); // the client's mask is 0
    const bytes = Buffer.concat(frames);
    for (const listener of listeners) listener.write(bytes);
  });
});
http.listen(0, "127.0.0.1", () => console.log((http.address() as AddressInfo).port));

function framed(): Buffer {
  return Buffer.concat([Buffer.of(0x81, 100), Buffer.from(`message ${++said} `.padEnd(100, "."))]);
}

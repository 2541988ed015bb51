// SPDX-License-Identifier: Apache-2.0
// As many bytes as the first argument says, from memory. Says its port.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const bytes = randomBytes(Number(process.argv[2]));
const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes.length });
  response.end(bytes);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

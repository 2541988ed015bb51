// SPDX-License-Identifier: Apache-2.0
// "Hello" for every request; says its port, and what the connections cost.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { costCounter } from "../tcp-idle/cost.ts";

const count = costCounter();
const server = createServer({ keepAliveTimeout: 600_000 }, (_, response) => {
  count();
  response.writeHead(200, { "content-type": "text/plain", "content-length": 5 });
  response.end("Hello");
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

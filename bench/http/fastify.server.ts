// SPDX-License-Identifier: Apache-2.0
// "Hello" for every request. Says its port.
import type { AddressInfo } from "node:net";
import fastify from "fastify";

const server = fastify({ logger: false });
server.get("/", (_, reply) => reply.type("text/plain").send("Hello"));
await server.listen({ port: 0, host: "127.0.0.1" });
console.log((server.server.address() as AddressInfo).port);

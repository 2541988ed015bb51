// SPDX-License-Identifier: Apache-2.0
// "Hello" for every request; says its port, and what the connections cost.
import { System } from "../../src/axon/index.ts";
import { SimpleServer } from "../../src/internet/index.ts";
import { HTTPProtocol } from "../../src/protocol/http/index.ts";
import { Announcer } from "../lib/Announcer.ts";
import { costCounter } from "../tcp-idle/cost.ts";

const count = costCounter();
const protocol = HTTPProtocol(() => {
  count();
  return { headers: { "content-type": "text/plain" }, data: "Hello" };
});
const system = new System();
const server = SimpleServer({ port: 0, host: "127.0.0.1", protocol });
const announcer = Announcer();
announcer.link(server.outboxes.listening, announcer.inboxes.inbox);
system.activate(announcer);
await system.run(server);

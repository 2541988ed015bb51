// SPDX-License-Identifier: Apache-2.0
// "Hello" for every request. Says its port.
import { System } from "../../src/axon/index.ts";
import { SimpleServer } from "../../src/internet/index.ts";
import { HTTPProtocol } from "../../src/protocol/http/index.ts";
import { Announcer } from "../lib/Announcer.ts";

const protocol = HTTPProtocol(() => ({ headers: HEADERS, data: "Hello" }));
const HEADERS = Object.freeze({ "content-type": "text/plain" });
const system = new System();
const server = SimpleServer({ port: 0, host: "127.0.0.1", protocol });
const announcer = Announcer();
announcer.link(server.outboxes.listening, announcer.inboxes.inbox);
system.activate(announcer);
await system.run(server);

// SPDX-License-Identifier: Apache-2.0
// A component for each connection. Says its port.
import { System } from "../../src/axon/index.ts";
import { SimpleServer } from "../../src/internet/index.ts";
import { EchoProtocol } from "../../src/protocol/index.ts";
import { Announcer } from "../lib/Announcer.ts";

const system = new System();
const server = SimpleServer({ port: 0, host: "127.0.0.1", protocol: EchoProtocol });
const announcer = Announcer();
announcer.link(server.outboxes.listening, announcer.inboxes.inbox);
system.activate(announcer);
await system.run(server);

// SPDX-License-Identifier: Apache-2.0
// What comes goes through a PassThrough, and on to the port that is the first argument. Says its own.
import { System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { SimpleServer, TCPClient } from "../../src/internet/index.ts";
import { PassThrough } from "../../src/util/index.ts";
import { Announcer } from "../lib/Announcer.ts";

const port = Number(process.argv[2]);
const relay = () => Pipeline(PassThrough<Uint8Array>(), TCPClient({ host: "127.0.0.1", port }));
const system = new System();
const server = SimpleServer({ port: 0, protocol: relay });
const announcer = Announcer();
announcer.link(server.outboxes.listening, announcer.inboxes.inbox);
system.activate(announcer);
await system.run(server);

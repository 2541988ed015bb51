// SPDX-License-Identifier: Apache-2.0
// A file of as many bytes as the first argument says, from the disk. Says its port.
import { System } from "../../src/axon/index.ts";
import { SimpleServer } from "../../src/internet/index.ts";
import { HTTPProtocol, MinimalFactory } from "../../src/protocol/http/index.ts";
import { Announcer } from "../lib/Announcer.ts";
import { FILE, folderWith } from "./folder.ts";

const protocol = HTTPProtocol(MinimalFactory({ homedirectory: folderWith(FILE, Number(process.argv[2])) }));
const system = new System();
const server = SimpleServer({ port: 0, host: "127.0.0.1", protocol });
const announcer = Announcer();
announcer.link(server.outboxes.listening, announcer.inboxes.inbox);
system.activate(announcer);
await system.run(server);

// SPDX-License-Identifier: Apache-2.0
// "Hello" for every request. Says its port.
import { type Component, component, type Endpoint, System } from "../../src/axon/index.ts";
import { SimpleServer } from "../../src/internet/index.ts";
import { HTTPProtocol } from "../../src/protocol/http/index.ts";

function Announcer(): Component<{ inbox: Endpoint }, {}> {
  return component(Announcer, {
    inboxes: { inbox: "the address that is listened on" },
    *main({ inbox }) {
      while (yield inbox) console.log(inbox.recv().port);
    },
  });
}

const protocol = HTTPProtocol(() => ({ headers: HEADERS, data: "Hello" }));
const HEADERS = Object.freeze({ "content-type": "text/plain" });
const system = new System();
const server = SimpleServer({ port: 0, host: "127.0.0.1", protocol });
const announcer = Announcer();
announcer.link(server.outboxes.listening, announcer.inboxes.inbox);
system.activate(announcer);
await system.run(server);

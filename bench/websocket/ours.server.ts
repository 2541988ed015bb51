// SPDX-License-Identifier: Apache-2.0
// Sends to all who listen as many messages as the speaker asks for. Says its port.
import { type Component, component, System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { SimpleServer } from "../../src/internet/index.ts";
import { HTTPProtocol, routes, WebSocketHandler } from "../../src/protocol/http/index.ts";
import { Backplane, backplaneName, PublishTo, SubscribeTo } from "../../src/util/index.ts";
import { Announcer } from "../lib/Announcer.ts";

const ROOM = backplaneName<string>("room");
let said = 0;

function Speaker(): Component<{ inbox: string }, { outbox: string }> {
  return component(Speaker, {
    inboxes: { inbox: "how many messages to send" },
    outboxes: { outbox: "the messages" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (let left = Number(inbox.recv()); left > 0; left--) outbox.send(`message ${++said} `.padEnd(100, "."));
    },
  });
}

const system = new System();
const protocol = HTTPProtocol(
  routes({
    "GET /listen": WebSocketHandler(() => SubscribeTo(ROOM)),
    "GET /speak": WebSocketHandler(() => Pipeline(Speaker(), PublishTo(ROOM))),
  }),
);
const server = SimpleServer({ port: 0, host: "127.0.0.1", protocol });
const announcer = Announcer();
announcer.link(server.outboxes.listening, announcer.inboxes.inbox);
system.activate(Backplane(ROOM));
system.activate(announcer);
system.activate(server);

// SPDX-License-Identifier: Apache-2.0
// What comes is sent back, by a component of its own. Says its port.
import { type Component, component, System } from "../../src/axon/index.ts";
import { type Datagram, type Letter, PostboxPeer } from "../../src/internet/index.ts";
import { Announcer } from "../lib/Announcer.ts";

function Answering(): Component<{ inbox: Datagram }, { outbox: Letter }> {
  return component(Answering, {
    inboxes: { inbox: "datagrams" },
    outboxes: { outbox: "the same, to whom they came from" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const [bytes, { address, port }] of inbox) outbox.send([address, port, bytes]);
    },
  });
}

const system = new System();
const [peer, answering, announcer] = [PostboxPeer({ localAddress: "127.0.0.1" }), Answering(), Announcer()];
announcer.link(peer.outboxes.listening, announcer.inboxes.inbox);
answering.link(peer.outboxes.outbox, answering.inboxes.inbox);
peer.link(answering.outboxes.outbox, peer.inboxes.inbox);
for (const one of [announcer, answering]) system.activate(one);
await system.run(peer);

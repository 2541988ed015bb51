// SPDX-License-Identifier: Apache-2.0
// An echo server is one line: `await SimpleServer({ port: 1500, protocol: EchoProtocol }).run();`. Here somebody visits it, and then it closes.
import { type Component, component, type Endpoint, producerFinished } from "kamaelia/axon";
import { Graphline } from "kamaelia/chassis";
import { SimpleServer, TCPClient } from "kamaelia/internet";
import { EchoProtocol } from "kamaelia/protocol";
import { ConsoleEchoer } from "kamaelia/util";

/** Connects to where it is told, says something, and sends on what comes back. It ends when its client does. */
function Visitor(text: string): Component<{ inbox: Endpoint }, { outbox: Uint8Array }> {
  return component(Visitor, {
    inboxes: { inbox: "where to connect" },
    outboxes: { outbox: "what comes back" },
    *main({ inbox }, { outbox }, self) {
      if (!(yield inbox)) return;
      const { address, port } = inbox.recv();
      const client = TCPClient({ host: address, port });
      self.addChildren(client);
      self.link(client.outboxes.outbox, outbox);
      client.inboxes.inbox.deliver(new TextEncoder().encode(text));
      client.stop(producerFinished()); // no more to say; what comes back is still heard
      client.activate();
    },
  });
}

await Graphline({
  components: {
    SERVER: SimpleServer({ port: 0, protocol: EchoProtocol }),
    VISITOR: Visitor("Is there anybody in there?\n"),
    PRINTER: ConsoleEchoer(),
  },
  linkages: {
    "SERVER.listening": "VISITOR.inbox",
    "VISITOR.outbox": "PRINTER.inbox",
    "VISITOR.signal": "SERVER.control",
    "SERVER.signal": "PRINTER.control",
  },
}).run();

// Output:
// Is there anybody in there?

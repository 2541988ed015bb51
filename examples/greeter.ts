// SPDX-License-Identifier: Apache-2.0
// A protocol is a component that knows nothing of sockets. Here a server and a client in one program, over a real connection.
import { type Component, component, type Endpoint } from "kamaelia/axon";
import { Carousel, Graphline, Pipeline } from "kamaelia/chassis";
import { SimpleServer, TCPClient } from "kamaelia/internet";
import { ConsoleEchoer } from "kamaelia/util";

/** Says hello, and ends, which closes the connection. */
function Greeter(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Greeter, {
    inboxes: { inbox: "bytes from the client" },
    outboxes: { outbox: "bytes to the client" },
    *main(_, { outbox }) {
      outbox.send(new TextEncoder().encode("Hello, whoever you are!\n"));
    },
  });
}

const server = SimpleServer({ port: 0, protocol: Greeter });
const visit = ({ address, port }: Endpoint) => Pipeline(TCPClient({ host: address, port }), ConsoleEchoer());
/** After the first visit, the server is not needed any more. */
const visitor = Carousel(visit);
await Graphline({
  components: { SERVER: server, VISITOR: visitor, DOOR: CloseAfter(1) },
  linkages: {
    "SERVER.listening": "VISITOR.next",
    "VISITOR.requestNext": "DOOR.inbox",
    "DOOR.signal": "SERVER.control",
    "SERVER.signal": "VISITOR.control",
  },
}).run();

/** Ends after so many messages. */
function CloseAfter(count: number): Component<{ inbox: unknown }, {}> {
  return component(CloseAfter, {
    inboxes: { inbox: "messages to count" },
    *main({ inbox }) {
      for (let i = 0; i < count && (yield inbox); i++) inbox.recv();
    },
  });
}

// Output:
// Hello, whoever you are!

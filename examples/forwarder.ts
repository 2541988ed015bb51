// SPDX-License-Identifier: Apache-2.0
// A forwarder is a server whose protocol is a client. It holds who is too fast, ends each direction by itself, and tells the server behind it who is there.
import { type Component, component, handle } from "kamaelia/axon";
import { type Peer, ServerCore, TCPClient } from "kamaelia/internet";

const [text, bytes] = [(message: Uint8Array) => new TextDecoder().decode(message), (message: string) => new TextEncoder().encode(message)];

/** Says who is there, counts what they send, and says how much it was when they have no more to say. */
function Counter({ address, port }: Peer): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Counter, {
    inboxes: { inbox: "bytes from the client" },
    outboxes: { outbox: "what we say" },
    *main({ inbox }, { outbox }) {
      outbox.send(bytes(`${address} ${port}\n`));
      let count = 0;
      while (yield inbox) for (const message of inbox) count += message.length;
      outbox.send(bytes(`${count} bytes\n`));
    },
  });
}

// #region forwarder
const behind = handle(ServerCore({ port: 0, proxyProtocol: true, protocol: Counter }), { outboxes: ["listening"] });
const { address: host, port } = (await behind.get("listening"))!;

const forwarder = ServerCore({
  port: 0,
  limit: 100,
  idleTimeout: 60_000,
  protocol: ({ local, ...client }) => TCPClient({ host, port, proxyProtocol: { source: client, destination: local } }),
});
const front = handle(forwarder, { outboxes: ["listening", "connected"] });
// #endregion

const there = (await front.get("listening"))!;
const visitor = handle(TCPClient({ host: there.address, port: there.port }));
for (let i = 0; i < 100; i++) await visitor.put(new Uint8Array(10_000));
visitor.finish(); // no more to say; what comes back is still heard
let said = "";
for await (const message of visitor) said += text(message);
const [who, count] = said.split("\n");
const known = (await front.get("connected"))!;
console.log(`The server behind knows the visitor: ${who === `${known.address} ${known.port}`}`);
console.log(count);
await front.stop();
await behind.stop();

// Output:
// The server behind knows the visitor: true
// 1000000 bytes

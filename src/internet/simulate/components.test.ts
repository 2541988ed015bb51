// SPDX-License-Identifier: Apache-2.0
// The components of the real network, unchanged, on the simulated one.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { type Component, component, type ComponentFailure, type Endpoint, sleep } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { EchoProtocol, FortuneCookieProtocol } from "../../protocol/index.ts";
import { drive, Feed, ToList } from "../../testing/index.ts";
import { Multicast_receiver, Multicast_sender, ServerCore, SimpleServer, TCPClient, TCPServer, UDPReceiver, UDPSender } from "../index.ts";
import { chain, star } from "./shapes.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";

const SHA = (pieces: readonly Uint8Array[]): string => createHash("sha256").update(Buffer.concat(pieces)).digest("hex");

test("SimpleServer, EchoProtocol and TCPClient carry ten megabytes over a bad network, SHA-equal", async () => {
  const bad = { delay: 5, jitter: 2, rate: 200e6, loss: 0.002, duplicate: 0.001, corrupt: 0.001 };
  const network = new SimulatedNetwork(star(["server", "client"], bad));
  network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 1500, protocol: EchoProtocol }));
  const blocks = Array.from({ length: 160 }, (_, i) => Uint8Array.from({ length: 65_536 }, (_, j) => (i * 17 + j * 3 + (j >> 8)) & 255));
  const back: Uint8Array[] = [];
  await network.host("client").system.run(Pipeline(Feed(blocks), TCPClient({ host: "server", port: 1500 }), ToList(back)));
  assert.equal(SHA(back), SHA(blocks));
});

test("SimpleServer serves a hundred hosts at once, each its own connection", async () => {
  const network = new SimulatedNetwork(star(101, { delay: 10, rate: 10e6, loss: 0.01 }));
  network.host("host101").system.activate(SimpleServer({ host: "0.0.0.0", port: 1500, protocol: EchoProtocol }));
  const answers = await Promise.all(
    network.hosts.slice(0, 100).map(async ({ name, system }) => {
      const back: Uint8Array[] = [];
      await system.run(Pipeline(Feed([Buffer.from(`this is ${name}`)]), TCPClient({ host: "host101", port: 1500 }), ToList(back)));
      return Buffer.concat(back).toString();
    }),
  );
  assert.deepEqual(
    answers,
    Array.from({ length: 100 }, (_, i) => `this is host${i + 1}`),
  );
});

test("ServerCore tells who is there, by the addresses of the simulated network", async () => {
  const network = new SimulatedNetwork(chain(1, { delay: 10 }));
  const peers: string[] = [];
  const protocol = ({ address, local }: Endpoint & { local: Endpoint }): ReturnType<typeof EchoProtocol> => {
    peers.push(`${address} → ${local.address}:${local.port}`);
    return EchoProtocol();
  };
  network.host("sink").system.activate(ServerCore({ host: "0.0.0.0", port: 80, protocol }));
  await network
    .host("source")
    .system.run(Pipeline(Feed([Buffer.from("hello")]), TCPClient({ host: "sink", port: 80 }), ToList<Uint8Array>([])));
  assert.deepEqual(peers, ["10.0.0.1 → 10.0.0.3:80"]);
});

test("a protocol that takes its time takes virtual time", async () => {
  const network = new SimulatedNetwork(star(["server", "client"], { delay: 50 }));
  network
    .host("server")
    .system.activate(SimpleServer({ host: "0.0.0.0", port: 1600, protocol: () => FortuneCookieProtocol({ program: "no such program" }) }));
  const list: Uint8Array[] = [];
  await network.host("client").system.run(Pipeline(TCPClient({ host: "server", port: 1600 }), ToList(list)));
  const text = Buffer.concat(list).toString();
  assert.ok(text.length > 10);
  assert.ok(network.clock.now() > 200 + 25 * (text.length - 1), `${network.clock.now()} ms for ${text.length} letters`);
});

test("TCPServer says that its port is taken, TCPClient that nobody listens, and a time limit counts virtual milliseconds", async () => {
  const network = new SimulatedNetwork(star(["server", "client"], { delay: 10 }));
  const { system } = network.host("server");
  system.activate(TCPServer({ host: "0.0.0.0", port: 80 }));
  await assert.rejects(system.run(TCPServer({ host: "0.0.0.0", port: 80 })), (failure: ComponentFailure) =>
    failure.message.includes("EADDRINUSE"),
  );
  const refused = await drive(TCPClient({ host: "server", port: 81 }), {}, { clock: network.clock, network: network.host("client") });
  assert.match(String(refused.signal[0]?.message), /nobody listens there \(ECONNREFUSED\)/);
  network.link("hub", "server").up = false;
  const before = network.clock.now();
  const silent = await drive(
    TCPClient({ host: "server", port: 80, connectTimeout: 5000 }),
    {},
    { clock: network.clock, network: network.host("client"), shutdown: false },
  );
  assert.match(String(silent.signal[0]?.message), /no answer within 5000 ms/);
  assert.equal(network.clock.now() - before, 5000);
});

test("a client that is cut off hears why, and when", async () => {
  const network = new SimulatedNetwork(star(["server", "client"], { delay: 10 }));
  network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol: Hangs }));
  const outputs = await drive(
    TCPClient({ host: "server", port: 80 }),
    {},
    { clock: network.clock, network: network.host("client"), shutdown: false },
  );
  assert.match(Buffer.concat(outputs.outbox).toString(), /^one moment/);
  assert.ok(network.clock.now() >= 1040);
});

/** Says that it takes a moment, and ends. */
function Hangs(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Hangs, {
    inboxes: { inbox: "not read" },
    outboxes: { outbox: "a promise" },
    *main(_, { outbox }) {
      outbox.send(Buffer.from("one moment"));
      yield sleep(1000);
    },
  });
}

test("UDPSender and UDPReceiver exchange datagrams", async () => {
  const network = new SimulatedNetwork(star(["a", "b"], { delay: 10 }));
  const list: unknown[] = [];
  network.host("b").system.activate(Pipeline(UDPReceiver({ localAddress: "0.0.0.0", localPort: 5000 }), ToList(list)));
  await network
    .host("a")
    .system.run(
      Pipeline(
        Feed([Buffer.from("one"), Buffer.from("two")]),
        UDPSender({ receiverAddress: "b", receiverPort: 5000, localAddress: "0.0.0.0" }),
      ),
    );
  await network.quiet();
  assert.equal(list.length, 2);
});

test("Multicast_sender and Multicast_receiver meet in a group", async () => {
  const network = new SimulatedNetwork(star(["source", "one", "two"], { delay: 10 }));
  const lists: unknown[][] = [[], []];
  ["one", "two"].forEach((name, i) =>
    network.host(name).system.activate(Pipeline(Multicast_receiver({ address: "224.168.2.9", port: 1600 }), ToList(lists[i]!))),
  );
  await network.advance(100);
  await network
    .host("source")
    .system.run(Pipeline(Feed([Buffer.from("hello")]), Multicast_sender({ remoteAddress: "224.168.2.9", remotePort: 1600 })));
  await network.quiet();
  assert.deepEqual(
    lists.map(({ length }) => length),
    [1, 1],
  );
});

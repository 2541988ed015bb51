// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DatagramOptions, DatagramSocket, Endpoint } from "../../axon/index.ts";
import { listenTo, NOTHING, numbers, sendMany } from "./parts.ts";
import { chain, star } from "./shapes.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";

/** A socket, and all that it hears. */
function bind(
  network: SimulatedNetwork,
  name: string,
  options: DatagramOptions = {},
  at: { host: string; port: number } = { host: "0.0.0.0", port: 0 },
): { socket: DatagramSocket; log: string[] } {
  const log: string[] = [];
  const events = {
    opened: ({ address }: Endpoint) => log.push(`opened ${address}`),
    received: (bytes: Uint8Array) => log.push(`received ${bytes.length}`),
    drained: () => log.push("drained"),
    failed: (error: Error) => log.push(error.message),
    closed: (error?: Error) => log.push(error?.message ?? "closed"),
  };
  return { socket: network.host(name).bind(at, events, options), log };
}

test("datagrams of 0 and of 65,507 bytes arrive whole, in pieces on the way; larger ones are refused", async () => {
  const network = new SimulatedNetwork(chain(1, { delay: 5, rate: 100e6 }));
  const came = listenTo(network, "sink", 5000);
  const { socket, log } = bind(network, "source");
  const large = Uint8Array.from({ length: 65_507 }, (_, i) => i % 251);
  for (const bytes of [new Uint8Array(0), large, new Uint8Array(65_508)]) socket.send(bytes, { address: "sink", port: 5000 });
  await network.quiet();
  assert.deepEqual(
    came.map(({ bytes }) => bytes.length),
    [0, 65_507],
  );
  assert.ok(Buffer.from(came[1]!.bytes).equals(large));
  assert.equal(network.link("source", "router1").sent, 1 + Math.ceil((65_507 + 8) / 1480));
  assert.deepEqual(log, ["opened 0.0.0.0", "Cannot send 65508 bytes to sink:5000: it is too large (EMSGSIZE)"]);
});

test("what is no datagram is refused when it is sent, and a port that is none is a failure, as on a real network", async () => {
  const network = new SimulatedNetwork(star(["a", "b"]));
  const { socket, log } = bind(network, "a");
  assert.throws(
    () => socket.send(5 as never, { address: "b", port: 5000 }),
    /^TypeError: Cannot send 5 as a datagram: give bytes, a Uint8Array$/,
  );
  for (const port of [0, 70_000, 1.5, NaN]) socket.send(new Uint8Array(3), { address: "b", port });
  await network.quiet();
  assert.deepEqual(
    log.slice(1),
    [0, 70_000, 1.5, NaN].map((port) => `Cannot send to b:${port}: a port is a whole number from 1 to 65,535 (ERR_SOCKET_BAD_PORT)`),
  );
});

test("a datagram is lost if one of its pieces is, and its other pieces are forgotten", async () => {
  const network = new SimulatedNetwork(chain(1, { delay: 5, loss: 0.1 }));
  const came = listenTo(network, "sink", 5000);
  sendMany(network, "source", { address: "sink", port: 5000 }, 2000, 100, 5000);
  await network.quiet();
  const whole = 0.81 ** 4; // four pieces, two links
  assert.ok(Math.abs(came.length / 2000 - whole) < 0.04, `${came.length} came, expected ${2000 * whole}`);
  assert.ok(network.host("sink").incomplete > 1000);
});

test("without fragmentation too large a datagram is lost, and its sender is told", async () => {
  const network = new SimulatedNetwork(chain(1, { delay: 5 }), { fragment: false });
  network.link("router1", "sink").change({ mtu: 1000 });
  const came = listenTo(network, "sink", 5000);
  const { socket, log } = bind(network, "source");
  for (const size of [900, 1200, 3000]) socket.send(new Uint8Array(size), { address: "sink", port: 5000 });
  await network.quiet();
  assert.deepEqual([came.length, log.length, log[1]], [1, 3, "Cannot send to 10.0.0.3:5000: it is too large (EMSGSIZE)"]);
});

test("a socket with a peer hears that nobody is there, and hears nobody else", async () => {
  const network = new SimulatedNetwork(star(["a", "b", "c"], { delay: 5 }));
  const { socket, log } = bind(network, "a", { peer: { host: "b", port: 9 } }, { host: "0.0.0.0", port: 7 });
  socket.send(new Uint8Array(1));
  sendMany(network, "c", { address: "a", port: 7 }, 1, 0);
  await network.quiet();
  assert.deepEqual(log, ["opened 0.0.0.0", "Cannot send to 10.0.0.3:9: nobody listens there (ECONNREFUSED)"]);
  assert.equal(network.host("b").unwanted, 1);
});

test("who pauses gets what came meanwhile, as far as there was room; the rest is counted", async () => {
  const network = new SimulatedNetwork(star(["a", "b"], { delay: 5 }));
  const { socket, log } = bind(network, "b", { receiveBuffer: 1000 }, { host: "0.0.0.0", port: 5000 });
  socket.pause();
  sendMany(network, "a", { address: "b", port: 5000 }, 20, 1);
  await network.quiet();
  assert.deepEqual([log, socket.lost], [["opened 0.0.0.0"], 13]);
  socket.resume();
  await network.quiet();
  assert.equal(log.length, 8);
});

test("who sends faster than the first link is told, and told again when there is room", async () => {
  const network = new SimulatedNetwork(star(["a", "b"], { delay: 5, rate: 1e6 }));
  const { socket, log } = bind(network, "a", { sendBuffer: 10_000 });
  let sent = 1;
  while (socket.send(new Uint8Array(972), { address: "b", port: 5000 })) sent++;
  assert.equal(sent, 11);
  await network.advance(50);
  assert.deepEqual(log, ["opened 0.0.0.0", "drained"]);
});

test("addresses are IPv4 or IPv6, of one host or all; ports are taken or shared", async () => {
  const network = new SimulatedNetwork(star(["a", "b"], { delay: 5 }));
  const six = bind(network, "b", {}, { host: "::", port: 5000 });
  const from6 = bind(network, "a", {}, { host: "::", port: 0 });
  from6.socket.send(new Uint8Array(6), { address: network.host("b").addresses[1]!, port: 5000 });
  from6.socket.send(new Uint8Array(4), { address: network.host("b").address, port: 5000 });
  const taken = bind(network, "b", {}, { host: "0.0.0.0", port: 5000 });
  const shared = [1, 2].map(() => bind(network, "b", { reuseAddress: true }, { host: "0.0.0.0", port: 6000 }));
  const foreign = bind(network, "b", {}, { host: "192.0.2.1", port: 0 });
  await network.quiet();
  assert.deepEqual(six.log, ["opened ::", "received 6", "received 4"]);
  assert.match(taken.log[0]!, /EADDRINUSE/);
  assert.deepEqual(
    shared.map(({ log }) => log),
    [["opened 0.0.0.0"], ["opened 0.0.0.0"]],
  );
  assert.equal(foreign.log[0], "Cannot bind to 192.0.2.1:0: this machine has no such address (EADDRNOTAVAIL)");
  six.socket.close();
  six.socket.close();
  await network.quiet();
  assert.deepEqual(six.log.slice(3), ["closed"]);
});

test("a broadcast reaches those near by, if it was asked for", async () => {
  const network = new SimulatedNetwork(star(["a", "b", "c"], { delay: 5 }));
  const came = ["a", "b", "c"].map((name) => listenTo(network, name, 5000));
  const without = bind(network, "a");
  without.socket.send(new Uint8Array(1), { address: "255.255.255.255", port: 5000 });
  bind(network, "a", { broadcast: true }).socket.send(new Uint8Array(1), { address: "255.255.255.255", port: 5000 });
  await network.quiet();
  assert.match(without.log[1]!, /broadcasts must be asked for \(EACCES\)/);
  assert.deepEqual(
    came.map(({ length }) => length),
    [1, 1, 1],
  );
});

test("a datagram passes no more routers than its TTL allows", async () => {
  const network = new SimulatedNetwork(chain(3, { delay: 1 }));
  const came = listenTo(network, "sink", 5000, "224.0.1.1");
  await network.advance(10);
  for (const ttl of [3, 4]) {
    bind(network, "source", { ttl }).socket.send(new Uint8Array(ttl), { address: "sink", port: 5000 });
    bind(network, "source", { multicastTTL: ttl }).socket.send(new Uint8Array(ttl), { address: "224.0.1.1", port: 5000 });
  }
  await network.quiet();
  assert.deepEqual(
    came.map(({ bytes }) => bytes.length),
    [4, 4],
  );
  assert.equal(network.node("router3").undeliverable, 1);
});

test("sockets of one host reach each other without the network, also by localhost", async () => {
  const network = new SimulatedNetwork(star(["a"], { loss: 1 }));
  const came = listenTo(network, "a", 5000);
  for (const address of ["a", "localhost", "127.0.0.1", network.host("a").address]) sendMany(network, "a", { address, port: 5000 }, 1, 0);
  const bytes = network.host("a").bind({ host: "127.0.0.1", port: 0 }, NOTHING);
  bytes.close();
  await network.quiet();
  assert.deepEqual(
    came.map(({ from }) => from.address),
    ["10.0.0.2", "127.0.0.1", "127.0.0.1", "10.0.0.2"],
  );
  assert.deepEqual(numbers(came), [0, 0, 0, 0]);
});

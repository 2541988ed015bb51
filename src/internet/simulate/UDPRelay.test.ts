// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { Endpoint } from "../../axon/index.ts";
import { plainPeer, serve, systemOf } from "../parts.ts";
import { assertShare, listenTo, NOTHING, numbers, sendMany } from "./parts.ts";
import { star } from "./shapes.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";
import { Topology } from "./Topology.ts";
import { UDPRelay, type UDPRelayOptions } from "./UDPRelay.ts";
import type { Faults } from "./way.ts";

/** A relay on a simulated network, where time is exact: from "one" over "relay" to "other". */
async function simulated(
  options: Omit<UDPRelayOptions, "target">,
): Promise<{ network: SimulatedNetwork; came: ReturnType<typeof listenTo> }> {
  const network = new SimulatedNetwork(star(["one", "relay", "other"]));
  const came = listenTo(network, "other", 5000);
  const target = { address: network.host("other").address, port: 5000 };
  network.host("relay").system.activate(UDPRelay({ host: "0.0.0.0", port: 6000, target, ...options }));
  await network.advance(1);
  return { network, came };
}

test("UDPRelay() carries datagrams between two programs and back, over real loopback", async (t) => {
  const server = await plainPeer(t);
  server.socket.on("message", (bytes, { port, address }) => server.socket.send(Buffer.concat([bytes, Buffer.from("!")]), port, address));
  const relay = UDPRelay({ target: { address: "127.0.0.1", port: server.port }, there: { delay: 20 }, back: { delay: 20 }, seed: 1 });
  const { port } = await serve(systemOf(t), relay);
  const clients = await Promise.all([plainPeer(t), plainPeer(t)]);
  const start = process.hrtime.bigint();
  const answers = clients.map(({ socket }) => once(socket, "message"));
  clients.forEach(({ socket }, i) => socket.send(`hello from ${i}`, port, "127.0.0.1"));
  const texts = (await Promise.all(answers)).map(([bytes]) => String(bytes));
  assert.deepEqual(texts, ["hello from 0!", "hello from 1!"]);
  assert.ok(Number(process.hrtime.bigint() - start) / 1e6 >= 38, "it takes 20 ms each way");
});

test("UDPRelay() delays, loses, duplicates and damages as asked for", async () => {
  const slow = await simulated({ there: { delay: 40, rate: 1e6 } });
  sendMany(slow.network, "one", { address: "relay", port: 6000 }, 3, 0, 125);
  await slow.network.advance(1000);
  assert.deepEqual(
    slow.came.map(({ at }) => Math.round(at)),
    [42, 43, 44],
  );
  const bad = await simulated({ there: { loss: { gemodel: [0.05, 0.5] }, duplicate: 0.1, corrupt: 0.1 }, seed: 1 });
  sendMany(bad.network, "one", { address: "relay", port: 6000 }, 5000, 1);
  await bad.network.advance(10_000);
  assertShare(
    "whole",
    bad.came.filter(({ bytes }) => bytes.subarray(4).every((byte) => byte === 0)).length,
    bad.came.length,
    0.9 + 0.1 * 0.04 + 0.1 * 0.1 * 0.9,
  );
  assert.ok(Math.abs(bad.came.length / 5000 - (1 - 0.05 / 0.55) * 1.1) < 0.03);
});

test("UDPRelay() lets datagrams overtake each other when their delays differ", async () => {
  const { network, came } = await simulated({ there: { delay: 30, jitter: 20 }, seed: 2 });
  sendMany(network, "one", { address: "relay", port: 6000 }, 100, 1);
  await network.advance(1000);
  assert.equal(came.length, 100);
  assert.notDeepEqual(
    numbers(came),
    numbers(came).toSorted((a, b) => a - b),
  );
});

test("UDPRelay() changes its faults when it is told to", async () => {
  const network = new SimulatedNetwork(star(["one", "relay", "other"]));
  const came = listenTo(network, "other", 5000);
  const relay = UDPRelay({ host: "0.0.0.0", port: 6000, target: { address: network.host("other").address, port: 5000 } });
  network.host("relay").system.activate(relay);
  sendMany(network, "one", { address: "relay", port: 6000 }, 30, 1);
  await network.advance(9.5);
  relay.inboxes.inbox.deliver({ there: { loss: 1 } });
  await network.advance(10);
  relay.inboxes.inbox.deliver({ there: { loss: 0 } });
  await network.advance(100);
  assert.deepEqual(numbers(came), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
});

test("UDPRelay() forgets the sender that was silent longest when there are too many", async () => {
  const { network, came } = await simulated({ senders: 2 });
  for (let i = 0; i < 5; i++)
    network
      .host("one")
      .bind({ host: "0.0.0.0", port: 7000 + i }, NOTHING)
      .send(new Uint8Array(4), { address: "relay", port: 6000 });
  await network.advance(10);
  assert.equal(new Set(came.map(({ from }) => from.port)).size, 5);
});

test("UDPRelay() says why it cannot have its port, and refuses what there cannot be", async () => {
  const network = new SimulatedNetwork(star(["relay"]));
  const { system } = network.host("relay");
  const target = { address: "127.0.0.1", port: 9 };
  system.activate(UDPRelay({ port: 6000, target }));
  await assert.rejects(system.run(UDPRelay({ port: 6000, target })), /EADDRINUSE/);
  assert.throws(() => UDPRelay({ port: 6000, target: { address: "127.0.0.1", port: 0 } }), RangeError);
});

test("UDPRelay() lets only so many bytes wait as its queue has room for", async () => {
  const { network, came } = await simulated({ there: { rate: 8000, queue: { bytes: 1000 } } });
  sendMany(network, "one", { address: "relay", port: 6000 }, 50, 0, 100); // 100 ms each
  await network.advance(450);
  assert.equal(came.length, 4);
  await network.advance(10_000);
  assert.equal(came.length, 10);
});

test("UDPRelay() keeps waits short with CoDel, as a link does, and at the rate", async () => {
  const latest = async (there: Faults): Promise<{ wait: number; count: number }> => {
    const { network, came } = await simulated({ there });
    sendMany(network, "one", { address: "relay", port: 6000 }, 5000, 1, 150); // a fifth more than can pass
    await network.advance(20_000);
    const late = came.slice(-100).map(({ at }, i) => at - numbers(came.slice(-100))[i]!);
    return { wait: Math.max(...late), count: came.length };
  };
  const tail = await latest({ rate: 1e6, queue: { packets: 500 } });
  const codel = await latest({ rate: 1e6, queue: { discipline: "codel", packets: 500 } });
  assert.ok(tail.wait > 500, `drop-tail: ${tail.wait} ms`);
  assert.ok(codel.wait < 300, `CoDel: ${codel.wait} ms`);
  assert.ok(codel.count > 4100 && codel.count < 4400, `${codel.count} of 5000 in five seconds, in which 4167 can pass`);
});

test("UDPRelay() changes its queue while datagrams wait in it, and keeps their order and the rate", async () => {
  const network = new SimulatedNetwork(star(["one", "relay", "other"]));
  const came = listenTo(network, "other", 5000);
  const target = { address: network.host("other").address, port: 5000 };
  const relay = UDPRelay({ host: "0.0.0.0", port: 6000, target, there: { rate: 1e6 } });
  network.host("relay").system.activate(relay);
  await network.advance(1);
  sendMany(network, "one", { address: "relay", port: 6000 }, 60, 5, 1250); // 10 ms each
  for (const discipline of ["codel", "drop-tail", "codel", "drop-tail"] as const) {
    await network.advance(50);
    relay.inboxes.inbox.deliver({ there: { queue: { discipline, target: 1000 } } });
  }
  await network.advance(1000);
  assert.deepEqual(
    came.map(({ at }) => Math.round(at)),
    Array.from({ length: 60 }, (_, i) => 11 + 10 * i),
  );
  assert.deepEqual(
    numbers(came),
    Array.from({ length: 60 }, (_, i) => i),
  );
});

test("UDPRelay() passes on what the target answers, and nothing that somebody else sends", async (t) => {
  const server = await plainPeer(t);
  const { port } = await serve(systemOf(t), UDPRelay({ target: { address: "127.0.0.1", port: server.port } }));
  const [visitor, stranger] = await Promise.all([plainPeer(t), plainPeer(t)]);
  const asked = once(server.socket, "message");
  visitor.socket.send("hello", port, "127.0.0.1");
  const [, { port: upstream }] = await asked;
  const heard: string[] = [];
  visitor.socket.on("message", (bytes) => heard.push(String(bytes)));
  await new Promise((sent) => stranger.socket.send("from nobody you know", upstream, "127.0.0.1", sent));
  const answered = once(visitor.socket, "message");
  server.socket.send("welcome", upstream, "127.0.0.1");
  await answered;
  assert.deepEqual(heard, ["welcome"]);
});

test("UDPRelay() passes on what members of a group answer, whoever they are", async () => {
  const network = new SimulatedNetwork(Topology().hosts("one", "relay", "other").link("one", "relay").link("relay", "other"));
  const answers = listenTo(network, "one", 7000);
  const events = { ...NOTHING, received: (bytes: Uint8Array, from: Endpoint) => void member.send(bytes, from) };
  const member = network.host("other").bind({ host: "0.0.0.0", port: 5000 }, events, { groups: [{ group: "239.1.1.1" }] });
  network.host("relay").system.activate(UDPRelay({ host: "0.0.0.0", port: 6000, target: { address: "239.1.1.1", port: 5000 } }));
  await network.advance(10);
  const socket = network
    .host("one")
    .bind({ host: "0.0.0.0", port: 7001 }, { ...NOTHING, received: (bytes) => void socket.send(bytes, { address: "one", port: 7000 }) });
  socket.send(new Uint8Array(4), { address: "relay", port: 6000 });
  await network.advance(100);
  assert.equal(answers.length, 1);
});

test("UDPRelay() tries again when its target could not be found", async () => {
  const network = new SimulatedNetwork(star(["one", "relay"]));
  const host = network.host("relay");
  const bind = host.bind.bind(host);
  let sockets = 0;
  host.bind = (...how) => {
    sockets++;
    return bind(...how);
  };
  host.system.activate(UDPRelay({ host: "0.0.0.0", port: 6000, target: { address: "nobody", port: 5000 } }));
  await network.advance(10);
  sendMany(network, "one", { address: "relay", port: 6000 }, 5, 1);
  await network.advance(100);
  assert.equal(sockets, 1 + 5); // its own, and one each time
});

test("UDPRelay() says what is missing, and what it cannot do", () => {
  const target = { address: "127.0.0.1", port: 80 };
  const missing = /^TypeError: Cannot relay: there is no target; give target: \{ address: "127.0.0.1", port: 8080 \}$/;
  assert.throws(() => UDPRelay({} as never), missing);
  assert.throws(() => UDPRelay(undefined as never), missing);
  assert.throws(
    () => UDPRelay({ target, there: { trace: [1] } as never }),
    /Cannot relay so badly: it has "trace", which is none of delay, /,
  );
  assert.throws(
    () => UDPRelay({ target, back: { queue: { discipline: "fq" } as never } }),
    /a "discipline" that is none of drop-tail, codel/,
  );
  assert.throws(() => UDPRelay({ target, senders: 0 }), /Cannot tell 0 senders apart/);
});

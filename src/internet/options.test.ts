// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Echo } from "../testing/index.ts";
import { Multicast_sender } from "./Multicast_sender.ts";
import { Multicast_transceiver } from "./Multicast_transceiver.ts";
import { serve, systemOf, tap, without } from "./parts.ts";
import { makeProxyHeader } from "./proxyHeader.ts";
import { ServerCore } from "./ServerCore.ts";
import { SimplePeer } from "./SimplePeer.ts";
import { SimpleServer } from "./SimpleServer.ts";
import { SingleServer } from "./SingleServer.ts";
import { TargettedPeer } from "./TargettedPeer.ts";
import { TCPClient, type TCPClientOptions } from "./TCPClient.ts";
import { TCPServer, type TCPServerOptions } from "./TCPServer.ts";
import { UDPReceiver } from "./UDPReceiver.ts";
import { UDPSender } from "./UDPSender.ts";

const SILENCE = "it is milliseconds, more than 0 and at most 32767000";

test("clients and servers refuse streams that there cannot be, where they are made", () => {
  const protocol = () => Echo<Uint8Array>();
  for (const [options, why] of [
    [{ keepAlive: -1 }, `keepAlive is -1; ${SILENCE}`],
    [{ keepAlive: 0 }, `keepAlive is 0; ${SILENCE}`],
    [{ keepAlive: NaN }, `keepAlive is NaN; ${SILENCE}`],
    [{ keepAlive: Infinity }, `keepAlive is Infinity; ${SILENCE}`],
    [{ keepAlive: 2 ** 31 }, `keepAlive is 2147483648; ${SILENCE}`],
  ] satisfies [TCPClientOptions & TCPServerOptions, string][]) {
    const message = `Cannot listen on 127.0.0.1:0: ${why}`;
    for (const make of [TCPServer, SingleServer]) assert.throws(() => make({ port: 0, ...options }), { name: "RangeError", message });
    for (const make of [ServerCore, SimpleServer])
      assert.throws(() => make({ port: 0, protocol, ...options }), { name: "RangeError", message });
    assert.throws(() => TCPClient({ host: "h", port: 1, ...options }), { name: "RangeError", message: `Cannot connect to h:1: ${why}` });
  }
  assert.throws(
    () => TCPClient({ host: "h", port: 1, family: 5 as never }),
    /^RangeError: Cannot connect to h:1: family is 5; it is 4 \(IPv4\) or 6/,
  );
});

test("servers refuse a backlog and limits that there cannot be, where they are made", () => {
  for (const backlog of [-1, 0, 1.5, NaN, 2 ** 31])
    assert.throws(
      () => TCPServer({ port: 0, backlog }),
      /^RangeError: Cannot listen on 127\.0\.0\.1:0: backlog is .*; it is a whole number from 1 to/,
    );
  for (const most of [0, -1, 1.5, NaN])
    for (const name of ["limit", "limitPerAddress"])
      assert.throws(() => TCPServer({ port: 0, [name]: most }), {
        name: "RangeError",
        message: `Cannot listen: ${name} is ${most}; it is a whole number of connections from 1 on, or left out for as many as come`,
      });
  TCPServer({ port: 0, backlog: 1, limit: Infinity, limitPerAddress: 1 });
});

test("a path and a host are two places: clients and servers refuse to choose", () => {
  const wrong = { name: "TypeError", message: /: give a path, or a host and a port, not both$/ };
  for (const more of [{ host: "localhost" }, { port: 1 }, { host: "localhost", port: 1 }]) {
    assert.throws(() => TCPClient({ path: "/tmp/x", ...more }), wrong);
    assert.throws(() => TCPServer({ path: "/tmp/x", ...more }), wrong);
    assert.throws(() => ServerCore({ path: "/tmp/x", protocol: () => Echo(), ...more }), wrong);
    assert.throws(() => SingleServer({ path: "/tmp/x", ...more }), wrong);
  }
  TCPClient({ path: "/tmp/x" });
  TCPServer({ path: "/tmp/x" });
  SingleServer({ path: "/tmp/x" });
});

test("what is made without any options says which it needs", () => {
  for (const [make, message] of [
    [TCPClient, "Cannot connect: the options are undefined; give a host and a port, or a path"],
    [TCPServer, "Cannot listen: the options are undefined; give a port, or a path"],
    [UDPSender, "Cannot send: the options are undefined; give receiverAddress and receiverPort"],
    [Multicast_sender, "Cannot send to a group: the options are undefined; give remoteAddress and remotePort"],
    [Multicast_transceiver, "Cannot send to a group: the options are undefined; give remoteAddress and remotePort"],
  ] as const)
    assert.throws(() => make(undefined as never), { name: "TypeError", message });
  const nobody = /^TypeError: Cannot send to undefined: give the receiver's address and its port$/;
  assert.throws(() => UDPSender({} as never), nobody);
  assert.throws(() => UDPSender({ receiverAddress: "", receiverPort: 1 }), /^TypeError: Cannot send to nowhere: /);
});

test("whatever sends and receives datagrams refuses numbers and interfaces that there cannot be, where it is made", () => {
  const to = { receiverAddress: "127.0.0.1", receiverPort: 9 };
  const group = { remoteAddress: "224.1.1.1", remotePort: 9 };
  for (const options of [
    ...[0, 256, 1.5, -1, NaN].map((ttl) => ({ ttl })),
    ...[256, 1.5, -1].map((multicastTTL) => ({ multicastTTL })),
    ...[0, -1, 1.5, 2 ** 31, NaN].flatMap((bytes) => [{ receiveBuffer: bytes }, { sendBuffer: bytes }]),
    { multicastInterface: "eth9" },
  ]) {
    const [[name, value]] = Object.entries(options) as [[string, unknown]];
    const what = { name: "RangeError", message: new RegExp(`^Cannot bind to [0-9.:]+: ${name} is ${String(value)}; `) };
    assert.throws(() => UDPReceiver(options), what);
    assert.throws(() => UDPSender({ ...to, ...options }), what);
    assert.throws(() => SimplePeer(options), what);
    assert.throws(() => TargettedPeer(options), what);
    assert.throws(() => Multicast_sender({ ...group, ...options }), what);
    assert.throws(() => Multicast_transceiver({ ...group, ...options }), what);
  }
});

test("Multicast_sender() and Multicast_transceiver() refuse what is no group (it would get what is sent, alone)", () => {
  for (const remoteAddress of ["127.0.0.1", "::1", "localhost", "240.0.0.1"]) {
    const message =
      /^Cannot (send to|share) \S+: it is no multicast group; those are 224\.0\.0\.0 to 239\.255\.255\.255, and with IPv6 ff00::/;
    for (const make of [Multicast_sender, Multicast_transceiver])
      assert.throws(() => make({ remoteAddress, remotePort: 9 }), { name: "RangeError", message });
  }
  for (const remoteAddress of ["224.0.0.1", "239.255.255.255", "ff15::1"]) Multicast_sender({ remoteAddress, remotePort: 9 });
});

test("a PROXY header has version 1 or 2 (3 was written as 2)", () => {
  const [source, destination] = [
    { address: "192.0.2.1", port: 1 },
    { address: "192.0.2.2", port: 2 },
  ];
  const proxyProtocol = { version: 3 as never, source, destination };
  const wrong = { name: "RangeError", message: "Cannot write a PROXY header: there is no version 3, only 1 and 2" };
  assert.throws(() => makeProxyHeader(proxyProtocol), wrong);
  assert.throws(() => TCPClient({ host: "h", port: 1, proxyProtocol }), wrong);
});

test("half a receiver is refused, and a SimplePeer without any only receives", async (t) => {
  for (const half of [{ receiverAddress: "127.0.0.1" }, { receiverPort: 9 }])
    for (const make of [SimplePeer, TargettedPeer])
      assert.throws(() => make(half), { name: "TypeError", message: /: give the receiver's address and its port, or neither$/ });
  const system = systemOf(t);
  const peer = SimplePeer({ localAddress: "127.0.0.1" });
  const [came, failures] = [tap(system, peer.outboxes.outbox), tap(system, peer.outboxes.failures)];
  const { address, port } = await serve(system, peer);
  const other = SimplePeer({ localAddress: "127.0.0.1", receiverAddress: address, receiverPort: port });
  system.activate(other);
  other.inboxes.inbox.deliver(Buffer.from("hello"));
  assert.equal(String((await came.next())[0]), "hello");
  peer.inboxes.inbox.deliver(Buffer.from("to whom?"));
  const { error, to } = await failures.next();
  assert.deepEqual(
    [to, error.message.startsWith("Cannot send: there is no receiver; give receiverAddress and receiverPort")],
    [undefined, true],
  );
});

test("keepAlive below a second is a second, and not the two hours of the system", { skip: without("ss") }, async (t) => {
  const system = systemOf(t);
  const server = SimpleServer({ port: 0, keepAlive: 500, protocol: () => Echo() });
  const connected = tap(system, server.outboxes.connected);
  const { port } = await serve(system, server);
  for (const host of ["127.0.0.1", "localhost"]) system.activate(TCPClient({ host, port, family: 4, keepAlive: 1 }));
  await connected.next();
  await connected.next();
  const rows = execFileSync("ss", ["-tnoH", "state", "established", `( sport = :${port} or dport = :${port} )`], { encoding: "utf8" });
  const timers = rows.split("\n").flatMap((row) => /timer:\(keepalive,([^,]*)/.exec(row)?.[1] ?? []);
  assert.equal(timers.length, 4, rows);
  for (const timer of timers) assert.match(timer, /^(\d+ms|1sec|1\.0\d*sec)$/, rows);
});

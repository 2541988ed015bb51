// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { producerFinished } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { datagramsTo, plainPeer, serve, systemOf, tap, without } from "./parts.ts";
import { SimplePeer } from "./SimplePeer.ts";
import { TargettedPeer } from "./TargettedPeer.ts";
import { UDPReceiver } from "./UDPReceiver.ts";
import { UDPSender } from "./UDPSender.ts";

test("UDPSender() hears that nobody is there (ICMP port unreachable), and goes on", async (t) => {
  const { socket, port } = await plainPeer(t);
  await once(socket.close(), "close"); // now nobody is there
  const system = systemOf(t);
  const sender = UDPSender({ receiverAddress: "127.0.0.1", receiverPort: port });
  const failures = tap(system, sender.outboxes.failures);
  system.activate(sender);
  sender.inboxes.inbox.deliver(Buffer.from("anybody?"));
  assert.match((await failures.next()).error.message, /nobody listens there \(ECONNREFUSED\)/);
  const back = createSocket("udp4").bind(port, "127.0.0.1");
  t.after(() => back.close());
  await once(back, "listening");
  const arrived = datagramsTo(back, 1);
  sender.inboxes.inbox.deliver(Buffer.from("hello"));
  sender.inboxes.inbox.deliver(Buffer.from("hello")); // the first may hear of the earlier failure
  assert.equal(String((await arrived)[0]), "hello");
});

test("UDPSender() finds a receiver by its name, and ends when it has sent all", async (t) => {
  const { socket, port } = await plainPeer(t);
  const arrived = datagramsTo(socket, 1);
  const { signal } = await drive(UDPSender({ receiverAddress: "localhost", receiverPort: port }), { inbox: [Buffer.from("hello")] });
  assert.equal(String((await arrived)[0]), "hello");
  assert.deepEqual(signal, [producerFinished()]);
});

test("UDPSender() broadcasts when it is allowed to, and says so when it is not", async (t) => {
  const system = systemOf(t);
  const receiver = UDPReceiver({ localAddress: "0.0.0.0" });
  const came = tap(system, receiver.outboxes.outbox);
  const { port } = await serve(system, receiver);
  const to = { localAddress: "127.0.0.1", receiverAddress: "127.255.255.255", receiverPort: port };
  const allowed = UDPSender({ ...to, broadcast: true });
  system.activate(allowed);
  allowed.inboxes.inbox.deliver(Buffer.from("everybody"));
  assert.equal(String((await came.next())[0]), "everybody");
  await assert.rejects(systemOf(t).run(UDPSender(to)), /EACCES/);
});

test("UDPReceiver() hears socat, and UDPSender() is heard by it", { skip: without("socat") }, async (t) => {
  const system = systemOf(t);
  const receiver = UDPReceiver({ localAddress: "127.0.0.1" });
  const came = tap(system, receiver.outboxes.outbox);
  const { port } = await serve(system, receiver);
  const sending = spawn("socat", ["-u", "-", `UDP4-SENDTO:127.0.0.1:${port}`], { stdio: ["pipe", "inherit", "inherit"] });
  t.after(() => sending.kill("SIGKILL"));
  sending.stdin.end("from socat");
  assert.equal(String((await came.next())[0]), "from socat");
  const { socket, port: free } = await plainPeer(t);
  await once(socket.close(), "close");
  const receiving = spawn("socat", ["-d", "-d", "-u", `UDP4-RECV:${free},bind=127.0.0.1`, "-"], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => receiving.kill("SIGKILL"));
  await once(receiving.stderr, "data"); // it is there
  const text = once(receiving.stdout, "data");
  const sender = UDPSender({ receiverAddress: "127.0.0.1", receiverPort: free });
  system.activate(sender);
  sender.inboxes.inbox.deliver(Buffer.from("to socat"));
  assert.equal(String((await text)[0]), "to socat");
});

test("senders to an address of IPv6 send from one; who insists on IPv4 is told why that cannot be", async (t) => {
  const system = systemOf(t);
  const receiver = UDPReceiver({ localAddress: "::1" });
  const came = tap(system, receiver.outboxes.outbox);
  const { port } = await serve(system, receiver);
  const to = { receiverAddress: "::1", receiverPort: port };
  for (const sender of [UDPSender(to), SimplePeer(to), TargettedPeer(to)]) {
    sender.inboxes.inbox.deliver(Buffer.from("six"));
    system.activate(sender);
    const [bytes, from] = await came.next();
    assert.deepEqual([String(bytes), from.address], ["six", "::1"]);
  }
  const { failures } = await drive(SimplePeer({ ...to, localAddress: "127.0.0.1" }), { inbox: [Buffer.from("six")] });
  assert.equal(
    failures[0]?.error.message,
    `Cannot send 3 bytes to [::1]:${port}: the socket is for IPv4; bind it to :: to send to IPv6, too`,
  );
});

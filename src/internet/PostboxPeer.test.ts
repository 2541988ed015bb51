// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished } from "../axon/index.ts";
import { datagramsTo, plainPeer, serve, systemOf, tap } from "./parts.ts";
import { PostboxPeer } from "./PostboxPeer.ts";

test("PostboxPeer() sends each datagram to whom it says, and gives what comes", async (t) => {
  const [one, two] = [await plainPeer(t), await plainPeer(t)];
  const system = systemOf(t);
  const peer = PostboxPeer({ localAddress: "127.0.0.1" });
  const came = tap(system, peer.outboxes.outbox);
  const at = await serve(system, peer);
  const [first, second] = [datagramsTo(one.socket, 2), datagramsTo(two.socket, 1)];
  peer.inboxes.inbox.deliver(["127.0.0.1", one.port, Buffer.from("a")]);
  peer.inboxes.inbox.deliver(["127.0.0.1", two.port, Buffer.from("b")]);
  peer.inboxes.inbox.deliver(["localhost", one.port, Buffer.from("c")]);
  assert.deepEqual((await first).map(String), ["a", "c"]);
  assert.deepEqual((await second).map(String), ["b"]);
  two.socket.send("answer", at.port, at.address);
  const [bytes, from] = await came.next();
  assert.deepEqual([String(bytes), from], ["answer", { address: "127.0.0.1", port: two.port }]);
});

test("PostboxPeer() says which letters cannot be sent, and sends the others", async (t) => {
  const { socket, port } = await plainPeer(t);
  const system = systemOf(t);
  const peer = PostboxPeer({ localAddress: "127.0.0.1" });
  const failures = tap(system, peer.outboxes.failures);
  await serve(system, peer);
  const arrived = datagramsTo(socket, 1);
  peer.inboxes.inbox.deliver(["127.0.0.1", 70_000, Buffer.from("a")]);
  peer.inboxes.inbox.deliver(["no-such-host.invalid", port, Buffer.from("b")]);
  peer.inboxes.inbox.deliver(["", port, Buffer.from("this machine?")]);
  peer.inboxes.inbox.deliver([undefined as never, port, Buffer.from("nobody")]);
  peer.inboxes.inbox.deliver(["127.0.0.1", port, Buffer.from("c")]);
  assert.deepEqual((await arrived).map(String), ["c"]);
  const { error, to } = await failures.next();
  assert.equal(error.message, "Cannot send to 127.0.0.1:70000: 70000 is no port; ports are whole numbers from 1 to 65535");
  assert.deepEqual(to, { address: "127.0.0.1", port: 70_000 });
  const others = [await failures.next(), await failures.next(), await failures.next()].map((failure) => failure.error.message).sort();
  assert.match(others[0]!, /^Cannot send 1 bytes to no-such-host\.invalid:\d+: /);
  assert.equal(others[1], "Cannot send to nowhere: give the receiver's address and its port");
  assert.equal(others[2], "Cannot send to undefined: give the receiver's address and its port");
});

test("PostboxPeer() sends what is in its inbox before it ends (the original's did not end)", async (t) => {
  const { socket, port } = await plainPeer(t);
  const system = systemOf(t);
  const peer = PostboxPeer({ localAddress: "127.0.0.1" });
  const signals = tap(system, peer.outboxes.signal);
  const arrived = datagramsTo(socket, 2);
  for (const text of ["one", "two"]) peer.inboxes.inbox.deliver(["127.0.0.1", port, Buffer.from(text)]);
  peer.stop(producerFinished());
  system.activate(peer);
  assert.deepEqual((await arrived).map(String), ["one", "two"]);
  assert.deepEqual(await signals.next(), producerFinished());
});

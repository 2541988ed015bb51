// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { type ComponentFailure, producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { datagramsTo, plainPeer, serve, systemOf, tap } from "./parts.ts";
import { SimplePeer } from "./SimplePeer.ts";

/** A SimplePeer that sends to a plain socket. */
async function pair(t: TestContext) {
  const { socket, port } = await plainPeer(t);
  const system = systemOf(t);
  const peer = SimplePeer({ localAddress: "127.0.0.1", receiverAddress: "127.0.0.1", receiverPort: port });
  const came = tap(system, peer.outboxes.outbox);
  const failures = tap(system, peer.outboxes.failures);
  const signals = tap(system, peer.outboxes.signal);
  const at = await serve(system, peer);
  return { socket, system, peer, came, failures, signals, at };
}

test("SimplePeer() sends each message as a datagram, and gives each that comes with who sent it", async (t) => {
  const { socket, peer, came, at } = await pair(t);
  const arrived = datagramsTo(socket, 2);
  peer.inboxes.inbox.deliver(Buffer.from("one"));
  peer.inboxes.inbox.deliver(Buffer.from("two"));
  assert.deepEqual((await arrived).map(String), ["one", "two"]);
  socket.send("three", at.port, at.address);
  const [bytes, from] = await came.next();
  assert.deepEqual([bytes.toString(), from], ["three", { address: "127.0.0.1", port: socket.address().port }]);
});

test("SimplePeer() carries datagrams of 0 and of 65,507 bytes (the original cut them off at 1024)", async (t) => {
  const { socket, peer, came, at } = await pair(t);
  const arrived = datagramsTo(socket, 2);
  const most = Buffer.alloc(65_507, "most");
  peer.inboxes.inbox.deliver(Buffer.alloc(0));
  peer.inboxes.inbox.deliver(most);
  assert.deepEqual(
    (await arrived).map((bytes) => bytes.equals(most) || bytes.length),
    [0, true],
  );
  socket.send(most, at.port, at.address);
  socket.send(Buffer.alloc(0), at.port, at.address);
  const [[first], [second]] = [await came.next(), await came.next()];
  assert.deepEqual([Buffer.from(first).equals(most), second.length], [true, 0]);
});

test("SimplePeer() says that a datagram is too large, and sends the next one", async (t) => {
  const { socket, peer, failures } = await pair(t);
  const arrived = datagramsTo(socket, 1);
  const { port } = socket.address();
  peer.inboxes.inbox.deliver(Buffer.alloc(65_508));
  peer.inboxes.inbox.deliver(Buffer.from("small"));
  assert.equal(String((await arrived)[0]), "small");
  const { error, to } = await failures.next();
  assert.equal(
    error.message,
    `Cannot send 65508 bytes to 127.0.0.1:${port}: a datagram cannot be that large (EMSGSIZE); 65,507 bytes is the most over IPv4`,
  );
  assert.deepEqual(to, { address: "127.0.0.1", port });
});

test("SimplePeer() sends what is in its inbox before it ends (the original's did not end)", async (t) => {
  const { socket, peer, signals } = await pair(t);
  const arrived = datagramsTo(socket, 100);
  for (let i = 0; i < 100; i++) peer.inboxes.inbox.deliver(Buffer.from(`${i}`));
  peer.stop(producerFinished("done"));
  assert.equal((await arrived).map(String).join(), Array.from({ length: 100 }, (_, i) => i).join());
  assert.deepEqual(await signals.next(), producerFinished("done"));
});

test("SimplePeer() stops at once when it is told to", async (t) => {
  const { peer, signals, at } = await pair(t);
  peer.stop();
  assert.deepEqual(await signals.next(), shutdownMicroprocess());
  const again = createSocket("udp4").bind(at.port, at.address); // its port is free again
  t.after(() => again.close());
  await once(again, "listening");
});

test("SimplePeer() fails when it cannot bind (the original said nothing)", async (t) => {
  const { port } = await plainPeer(t);
  const peer = SimplePeer({ localAddress: "127.0.0.1", localPort: port, receiverAddress: "127.0.0.1", receiverPort: 9 });
  await assert.rejects(systemOf(t).run(peer), (failure: ComponentFailure) => {
    assert.match(String(failure.cause), /Cannot bind to 127\.0\.0\.1:\d+: the port is in use \(EADDRINUSE\)/);
    return true;
  });
});

test("SimplePeer() refuses ports and addresses that there cannot be, where it is made", () => {
  const receiver = { receiverAddress: "127.0.0.1", receiverPort: 9 };
  assert.throws(() => SimplePeer({ ...receiver, receiverPort: 0 }), RangeError);
  assert.throws(() => SimplePeer({ ...receiver, localPort: 65_536 }), RangeError);
  assert.throws(() => SimplePeer({ ...receiver, localAddress: "localhost" }), RangeError);
});

test("SimplePeer() takes no more while its outbox is full, and goes on when there is room", async (t) => {
  const { socket, peer, came, at } = await pair(t);
  came.pause();
  const { outbox } = peer.outboxes;
  const send = (from: number, to: number): void => {
    for (let i = from; i < to; i++) socket.send(`${i}`, at.port, at.address);
  };
  send(0, 150);
  while (!outbox.full) await new Promise(setImmediate);
  const { sent } = outbox;
  send(150, 200);
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  assert.ok(outbox.sent - sent < 10, `${outbox.sent - sent} more came`);
  came.resume();
  while (came.list.length < 200) await came.next();
  assert.equal(came.list.map(([bytes]) => bytes).join(), Array.from({ length: 200 }, (_, i) => i).join());
});

// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished } from "../axon/index.ts";
import { datagramsTo, plainPeer, serve, systemOf, tap } from "./parts.ts";
import { TargettedPeer } from "./TargettedPeer.ts";

test("TargettedPeer() sends to whom it was told last, and keeps what is to be sent until it is told", async (t) => {
  const [one, two] = [await plainPeer(t), await plainPeer(t)];
  const system = systemOf(t);
  const peer = TargettedPeer({ localAddress: "127.0.0.1" });
  await serve(system, peer);
  const { inbox, target } = peer.inboxes;
  inbox.deliver(Buffer.from("for the first"));
  const first = datagramsTo(one.socket, 1);
  target.deliver({ address: "127.0.0.1", port: one.port });
  assert.deepEqual((await first).map(String), ["for the first"]);
  const second = datagramsTo(two.socket, 2);
  target.deliver({ address: "127.0.0.1", port: two.port });
  inbox.deliver(Buffer.from("for the second"));
  inbox.deliver(Buffer.from("too"));
  assert.deepEqual((await second).map(String), ["for the second", "too"]);
});

test("TargettedPeer() begins with the receiver of its options, and gives what comes", async (t) => {
  const { socket, port } = await plainPeer(t);
  const system = systemOf(t);
  const peer = TargettedPeer({ localAddress: "127.0.0.1", receiverAddress: "127.0.0.1", receiverPort: port });
  const came = tap(system, peer.outboxes.outbox);
  const at = await serve(system, peer);
  const arrived = datagramsTo(socket, 1);
  peer.inboxes.inbox.deliver(Buffer.from("question"));
  await arrived;
  socket.send("answer", at.port, at.address);
  const [bytes, from] = await came.next();
  assert.deepEqual([String(bytes), from], ["answer", { address: "127.0.0.1", port }]);
});

test("TargettedPeer() sends what is in its inbox before it ends, if it knows to whom", async (t) => {
  for (const told of [true, false]) {
    const { socket, port } = await plainPeer(t);
    const system = systemOf(t);
    const peer = TargettedPeer({ localAddress: "127.0.0.1" });
    const signals = tap(system, peer.outboxes.signal);
    const arrived = datagramsTo(socket, 2);
    peer.inboxes.inbox.deliver(Buffer.from("one"));
    peer.inboxes.inbox.deliver(Buffer.from("two"));
    if (told) peer.inboxes.target.deliver({ address: "127.0.0.1", port });
    peer.stop(producerFinished());
    system.activate(peer);
    assert.deepEqual(await signals.next(), producerFinished());
    if (told) assert.deepEqual((await arrived).map(String), ["one", "two"]);
  }
});

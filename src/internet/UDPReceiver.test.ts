// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { producerFinished } from "../axon/index.ts";
import { VirtualClock } from "../testing/index.ts";
import { freePort, serve, systemOf, tap } from "./parts.ts";
import { UDPReceiver } from "./UDPReceiver.ts";

test("UDPReceiver() receives over IPv6 and IPv4 at once, and knows both by their own addresses", async (t) => {
  const system = systemOf(t);
  const receiver = UDPReceiver({ localAddress: "::" });
  const came = tap(system, receiver.outboxes.outbox);
  const { port } = await serve(system, receiver);
  const [four, six] = [createSocket("udp4"), createSocket("udp6")];
  t.after(() => [four, six].map((socket) => socket.close()));
  four.send("four", port, "127.0.0.1");
  assert.equal((await came.next())[1].address, "127.0.0.1");
  six.send("six", port, "::1");
  assert.equal((await came.next())[1].address, "::1");
});

test("UDPReceiver() ends on producerFinished (the original did not hear it)", async (t) => {
  const system = systemOf(t);
  const receiver = UDPReceiver({ localAddress: "127.0.0.1" });
  const signals = tap(system, receiver.outboxes.signal);
  await serve(system, receiver);
  receiver.stop(producerFinished());
  assert.deepEqual(await signals.next(), producerFinished());
});

test("a burst larger than the socket's buffer is counted, and told: what came and what was lost is all there was (the original hid it)", async (t) => {
  const system = systemOf(t);
  const receiver = UDPReceiver({ localAddress: "127.0.0.1", receiveBuffer: 100_000 });
  const bystander = UDPReceiver({ localAddress: "127.0.0.1" }); // does not count what others have lost
  const [came, failures, others] = [
    tap(system, receiver.outboxes.outbox),
    tap(system, receiver.outboxes.failures),
    tap(system, bystander.outboxes.failures),
  ];
  const { port } = await serve(system, receiver);
  await serve(system, bystander);
  const socket = createSocket("udp4");
  t.after(() => socket.close());
  await once(socket.bind(0, "127.0.0.1"), "listening");
  const burst = 3000;
  for (let i = 0; i < burst; i++) socket.send(Buffer.alloc(1000), port, "127.0.0.1"); // nobody reads meanwhile
  for (let quiet = 0, before = 0; quiet < 20; before = came.list.length) {
    await new Promise(setImmediate); // between two of these, what there is is read
    quiet = came.list.length >= 20 && came.list.length === before ? quiet + 1 : 0;
  }
  receiver.stop(producerFinished());
  await receiver.ended;
  const { error } = await failures.next();
  const [, lost] = /^Cannot receive (\d+) datagrams at 127\.0\.0\.1:\d+: there was no room for them/.exec(error.message) ?? [];
  assert.equal(came.list.length + Number(lost), burst, error.message);
  bystander.stop(producerFinished());
  await bystander.ended;
  assert.equal(others.list.length, 0);
});

test("lost datagrams are told with the next that comes, at most once a second", async (t) => {
  const clock = new VirtualClock({ auto: false });
  const system = systemOf(t, { clock });
  const receiver = UDPReceiver({ localAddress: "127.0.0.1", receiveBuffer: 10_000 });
  const [came, failures] = [tap(system, receiver.outboxes.outbox), tap(system, receiver.outboxes.failures)];
  const { port } = await serve(system, receiver);
  const socket = createSocket("udp4");
  t.after(() => socket.close());
  for (let i = 0; i < 500; i++) socket.send(Buffer.alloc(1000), port, "127.0.0.1");
  await came.next();
  clock.advance(1000);
  socket.send("another", port, "127.0.0.1");
  assert.match((await failures.next()).error.message, /^Cannot receive 4\d\d datagrams/);
});

test("several receivers share a port if all ask for it, and each datagram comes to one of them: the same one for each sender", async (t) => {
  const port = await freePort();
  const receivers = await Promise.all(
    [1, 2, 3].map(async () => {
      const system = systemOf(t);
      const receiver = UDPReceiver({ localAddress: "127.0.0.1", localPort: port, reusePort: true });
      const came = tap(system, receiver.outboxes.outbox);
      await serve(system, receiver);
      return came;
    }),
  );
  const senders = Array.from({ length: 40 }, () => createSocket("udp4"));
  t.after(() => senders.map((socket) => socket.close()));
  for (let round = 0; round < 2; round++) senders.forEach((socket, i) => socket.send(`${i}`, port, "127.0.0.1"));
  const all = (): string[] => receivers.flatMap(({ list }) => list.map(([bytes]) => String(bytes)));
  while (all().length < 80) await new Promise(setImmediate);
  assert.ok(receivers.every(({ list }) => list.length > 0));
  for (const { list } of receivers) {
    const whose = list.map(([bytes]) => String(bytes));
    assert.equal(whose.length, 2 * new Set(whose).size);
  }
  const greedy = UDPReceiver({ localAddress: "127.0.0.1", localPort: port });
  await assert.rejects(systemOf(t).run(greedy), /EADDRINUSE/);
});

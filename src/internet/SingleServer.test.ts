// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { bytesOf, client, fateOf, plainServer, serve, systemOf, tap, textOf } from "./parts.ts";
import { SingleServer } from "./SingleServer.ts";

async function started(t: TestContext) {
  const system = systemOf(t);
  const server = SingleServer({ port: 0 });
  const { outbox, connected, disconnected, signal, refused } = server.outboxes;
  const [came, arrivals, departures] = [tap(system, outbox), tap(system, connected), tap(system, disconnected)];
  const [signals, refusals] = [tap(system, signal), tap(system, refused)];
  return { system, server, came, arrivals, departures, signals, refusals, at: await serve(system, server) };
}

test("SingleServer() gives a client's bytes as its own, and its own to the client", async (t) => {
  const { server, came, arrivals, at } = await started(t);
  const socket = await client(t, at);
  socket.write("hello");
  assert.equal(String(await came.next()), "hello");
  server.inboxes.inbox.deliver(Buffer.from("welcome"));
  assert.equal(String(await bytesOf(socket, 7)), "welcome");
  assert.deepEqual(await arrivals.next(), { address: "127.0.0.1", port: socket.localPort, local: at });
});

test("SingleServer() closes who comes while somebody is there, and takes the next one afterwards", async (t) => {
  const { server, came, arrivals, departures, refusals, at } = await started(t);
  const first = await client(t, at);
  await arrivals.next();
  const fateOfSecond = await client(t, at).then(
    (socket) => fateOf(socket.resume()),
    (error: NodeJS.ErrnoException) => error.code, // sometimes it is closed before it is open
  );
  assert.equal(fateOfSecond, "ECONNRESET");
  assert.match((await refusals.next()).error.message, /there are 1 already/);
  first.write("first");
  assert.equal(String(await came.next()), "first");
  const fate = fateOf(first.resume());
  first.end();
  assert.equal(await fate, "closed");
  await departures.next();
  server.inboxes.inbox.deliver(Buffer.from("for the next one"));
  const third = await client(t, at);
  assert.equal(String(await bytesOf(third, 16)), "for the next one");
});

test("SingleServer() sends what is in its inbox before it ends, and hears its control (the original did not)", async (t) => {
  const { server, arrivals, signals, at } = await started(t);
  const socket = await client(t, at);
  const text = textOf(socket);
  await arrivals.next();
  for (let i = 0; i < 10; i++) server.inboxes.inbox.deliver(Buffer.alloc(100_000, "x"));
  server.stop(producerFinished("enough"));
  assert.equal((await text).length, 1_000_000);
  socket.end();
  assert.deepEqual(await signals.next(), producerFinished("enough"));
});

test("SingleServer() listens again at once where it has just closed a connection (the original's FastRestartSingleServer)", async (t) => {
  let port = 0;
  for (let round = 0; round < 3; round++) {
    const system = systemOf(t);
    const server = SingleServer({ port });
    const arrivals = tap(system, server.outboxes.connected);
    const at = await serve(system, server);
    ({ port } = at);
    const socket = await client(t, at);
    await arrivals.next();
    server.stop(producerFinished());
    assert.equal(await textOf(socket), ""); // the server's side closes first, and so its port stays in TIME_WAIT
    socket.end();
    await server.ended;
  }
});

test("SingleServer() closes at once when it is told to stop", async (t) => {
  const { server, arrivals, signals, at } = await started(t);
  const socket = (await client(t, at)).resume();
  await arrivals.next();
  server.stop();
  assert.equal(await fateOf(socket), "ECONNRESET");
  assert.deepEqual(await signals.next(), shutdownMicroprocess());
});

test("SingleServer() fails when it cannot listen", async (t) => {
  const { port } = await plainServer(t, () => {});
  await assert.rejects(systemOf(t).run(SingleServer({ port })), /EADDRINUSE/);
});
